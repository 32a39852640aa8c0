import { insert, requireFunction, wholeGetter, type Getter, type Settings, type Winder } from '../lib/movement/index.js'
import { bytesOf } from '../lib/net/out-framing.js'
import { TLS_CLIENT_DEFAULTS, type TlsClientSettings } from '../lib/net/tls-options.js'
import {
  MAKING_DEFAULTS,
  NATS_DEFAULTS,
  SENDING_DEFAULTS,
  StreamDrain,
  streamDrainConfig,
} from '../lib/stream/index.js'

/** Configuration insert: what an operator may set. */
export const jetStreamDrainBaseConfig = insert(streamDrainConfig)

type JetStreamDrainSettings = Settings<typeof jetStreamDrainBaseConfig>

/** The operator's settings, and where message, subject and id are. */
export interface JetStreamDrainOptions<In> extends Partial<Omit<JetStreamDrainSettings, 'tls'>> {
  readonly stream: string
  readonly subject: string
  readonly tls?: Partial<TlsClientSettings>
  /** Reads the message, a text or bytes; by default the datum is that. */
  readonly getter?: Getter<In, string | Uint8Array>
  /** Reads the subject; by default all have the same, `subject`. */
  readonly subjectGetter?: Getter<In, string>
  /** Reads the message's id, null for none; by default it follows from where the event came from. */
  readonly idGetter?: Getter<In, string | null>
}

const DEFAULTS = { ...NATS_DEFAULTS, ...MAKING_DEFAULTS, ...SENDING_DEFAULTS, subjects: [] } as const

/**
 * Publish messages to a stream of NATS JetStream.
 *
 * In: texts or bytes, or any datum that the getters read them from. A message is over once the server has stored it. Up to
 * `windowMax` are under way at once; what got no answer is sent again. Each has an id, by which the server knows a repeat
 * within its duplicate window (`duplicateWindowMs`) and stores it once: by default it is that of the line or the message
 * that the event came from, the same in every run. What came of many, or of a supply that can't tell, has none unless
 * `idGetter` finds one, and may be stored twice. `progress()` counts what the stream had already. With ids, in a stream of one
 * replica that nobody else writes to, none is stored before one that it followed, whatever fails for a while.
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {DeadbeatError} From the start: without the packages of NATS. Later: if there is no such stream.
 * @example
 * const drain = new JetStreamDrain(train, { stream: 'EVENTS', subject: 'events.new', idGetter: itemGetter('id') })
 * assert.equal(String(drain), 'JetStreamDrain(127.0.0.1:4222, stream=EVENTS)')
 */
export class JetStreamDrain<In = string> extends StreamDrain<
  In,
  JetStreamDrainSettings &
    Required<Pick<JetStreamDrainOptions<In>, 'getter' | 'subjectGetter'>> &
    Pick<JetStreamDrainOptions<In>, 'idGetter'>
> {
  static readonly baseConfig = jetStreamDrainBaseConfig

  constructor(train: Winder, { tls, ...options }: JetStreamDrainOptions<In>) {
    const getters = { getter: wholeGetter as Getter<In, string | Uint8Array>, subjectGetter: () => options.subject }
    super(train, { ...DEFAULTS, ...getters, ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } })
    requireFunction(this.options, 'getter', 'subjectGetter')
    if (options.idGetter !== undefined) requireFunction({ idGetter: options.idGetter }, 'idGetter')
  }

  /** @throws {TypeError} If there is no message, the subject is none, or the id is no text. */
  take(data: In): void {
    const { getter, subjectGetter, idGetter } = this.options
    const subject = subjectGetter(data)
    if (typeof subject !== 'string' || !/^[^\s.*>]+(?:\.[^\s.*>]+)*$/.test(subject))
      throw new TypeError(`a subject must be words joined by dots, without * and >: it is ${JSON.stringify(subject)}`)
    const payload = bytesOf(getter(data))
    const id = idGetter === undefined ? this.train.identity(payload) : idGetter(data)
    if (id !== null && (typeof id !== 'string' || !/^[\x20-\x7e]+$/.test(id)))
      throw new TypeError(`a message's id must be a text of visible ASCII, or null: it is ${JSON.stringify(id)}`)
    this.publish(subject, payload, id)
  }

  override toString(): string {
    return `${this.constructor.name}(${this.session.name}, stream=${this.options.stream})`
  }
}
