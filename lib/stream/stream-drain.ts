/** The base of drains into streams: what becomes of a datum is another's work. */
import { SendingDrain, type Winder } from '../movement/index.js'
import { requireAtLeast } from '../errors/index.js'
import { insert, type Settings } from '../settings/index.js'
import { BatchSender, batchConfig } from '../net/batch-sender.js'
import { makingConfig, natsConfig } from './config.js'
import { StreamError, ensureStream } from './ensure.js'
import { Publisher, type Publication } from './publisher.js'
import { NatsSession, type Link } from './session.js'

/** Configuration insert: which stream, and how much at once. */
export const streamDrainConfig = insert({
  ...natsConfig,
  stream: { doc: 'The name of the stream.', format: 'text' },
  subject: { doc: 'The subject of messages that have none of their own.', format: 'text' },
  subjects: {
    doc: 'Of a stream that is made: its subjects, also with * and >; none: that of the messages.',
    format: 'strings',
    default: [],
  },
  ...makingConfig,
  ...batchConfig,
  batchMax: { ...batchConfig.batchMax, doc: 'How many messages may be under way at once.', default: 1000 },
  batchAgeMs: { ...batchConfig.batchAgeMs, default: 0 },
})

/** Which stream, and how much at once. */
export type StreamDrainOptions = Settings<typeof streamDrainConfig>

/** The base. A message is over once the server has stored it, or knew it already. */
export abstract class StreamDrain<In, Options extends StreamDrainOptions> extends SendingDrain<In, Options> {
  protected readonly sender: BatchSender<Publication>
  protected readonly session: NatsSession
  private readonly publisher: Publisher

  constructor(train: Winder, options: Options) {
    super(train, options)
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'batchMax', 'replicas')
    const { esc, log } = this.train
    this.session = new NatsSession(esc, log, this.options, {
      connected: (link) => this.connected(link),
      lost: (error) => this.publisher.lost(error),
    })
    const { name } = this.session
    this.publisher = new Publisher(esc, name, this.options, () => void this.session.close())
    this.sender = new BatchSender(esc, log, this.options, this.publisher, this.target)
  }

  /** How many messages the server knew already. */
  get duplicates(): number {
    return this.publisher.duplicates
  }

  override async start(): Promise<void> {
    await this.session.open(this.constructor.name)
    await super.start()
  }

  override done(): void {
    super.done()
    const { duplicates } = this
    if (duplicates > 0) this.train.log.info({ duplicates }, `${duplicates} messages were there already`)
  }

  protected publish(subject: string, payload: Uint8Array, id: string | null): void {
    this.sender.append({ subject, payload, id }, subject.length + payload.length)
  }

  private async connected(link: Link): Promise<void> {
    const { stream, subject, subjects } = this.options
    try {
      await ensureStream(link, stream, subjects.length > 0 ? subjects : [subject], this.options, this.session.name)
      this.publisher.connected(link)
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      this.target.failed(error)
    }
  }
}
