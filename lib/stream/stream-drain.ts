/** The base of drains into streams: what becomes of a datum is another's work. */
import { SendingDrain, type Winder } from '../movement/index.js'
import { requireAtLeast } from '../errors/index.js'
import { insert, type Settings } from '../settings/index.js'
import { SENDER_DEFAULTS, senderConfig } from '../net/sender.js'
import { BATCH_DEFAULTS, batchConfig } from '../net/batch-sender.js'
import { makingConfig, natsConfig } from './config.js'
import { StreamError, ensureStream } from './ensure.js'
import { Publisher } from './publisher.js'
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
  windowMax: {
    doc: 'How many messages may be sent and not answered for at once.',
    format: 'nat',
    min: 1,
    default: 1000,
    live: true,
  },
  windowBytes: {
    doc: 'How many characters these may have; a message that is longer goes alone.',
    format: 'size',
    min: 1,
    default: '4MiB',
    live: true,
  },
  whenRefused: batchConfig.whenRefused,
  ...senderConfig,
  bufferMax: batchConfig.bufferMax,
})

/** The defaults of what `streamDrainConfig` says of sending. */
export const SENDING_DEFAULTS = {
  ...SENDER_DEFAULTS,
  windowMax: 1000,
  windowBytes: 4_194_304,
  whenRefused: 'stop',
  bufferMax: BATCH_DEFAULTS.bufferMax,
} as const

/** Which stream, and how much at once. */
export type StreamDrainOptions = Settings<typeof streamDrainConfig>

/** How far a drain into a stream has got. */
export interface StreamDrainProgress {
  /** How many messages are not stored yet. */
  readonly waiting: number
  /** How many the stream had already, by their ids. */
  readonly duplicates: number
  /** How many were refused for good, and dropped. */
  readonly refused: number
}

/** The base. A message is over once the server has stored it, or knew it already. */
export abstract class StreamDrain<In, Options extends StreamDrainOptions> extends SendingDrain<In, Options> {
  protected readonly sender: Publisher
  protected readonly session: NatsSession

  constructor(train: Winder, options: Options) {
    super(train, options)
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'windowMax', 'windowBytes', 'replicas')
    const { esc, log } = this.train
    this.session = new NatsSession(esc, log, this.options, {
      connected: (link) => this.connected(link),
      lost: (error) => this.sender.lost(error),
    })
    this.sender = new Publisher(esc, log, this.session.name, this.options, this.target)
  }

  /** How many messages the server knew already. */
  get duplicates(): number {
    return this.sender.duplicates
  }

  progress(): StreamDrainProgress {
    const { waiting, duplicates, refused } = this.sender
    return { waiting, duplicates, refused }
  }

  override async start(): Promise<void> {
    await this.session.open(this.constructor.name)
    await super.start()
  }

  override done(): void {
    super.done()
    void this.session.close()
    const { duplicates } = this
    if (duplicates > 0) this.train.log.info({ duplicates }, `${duplicates} messages were there already`)
  }

  protected publish(subject: string, payload: Uint8Array, id: string | null): void {
    this.sender.append({ subject, payload, id })
  }

  private async connected(link: Link): Promise<void> {
    const { stream, subject, subjects } = this.options
    const wished = subjects.length > 0 ? subjects : [subject]
    try {
      const { replicas } = await ensureStream(link, stream, wished, this.options, this.session.name)
      this.sender.connected(link, replicas)
    } catch (error) {
      if (!(error instanceof StreamError)) throw error
      this.target.failed(error)
    }
  }
}
