import { insert, type MessageSetter, type Settings, type Winder } from '../lib/movement/index.js'
import { decode } from '../lib/net/framing.js'
import { TLS_CLIENT_DEFAULTS, type TlsClientSettings } from '../lib/net/tls-options.js'
import { datagramsConfig } from '../lib/net/udp-receiver.js'
import {
  MAKING_DEFAULTS,
  NATS_DEFAULTS,
  StreamSupply,
  streamSupplyConfig,
  type StreamMessage,
} from '../lib/stream/index.js'

/** Configuration insert: what an operator may set. */
export const jetStreamSupplyBaseConfig = insert({ ...streamSupplyConfig, encoding: datagramsConfig.encoding })

type JetStreamSupplySettings = Settings<typeof jetStreamSupplyBaseConfig>

/** The operator's settings, and how a message becomes a datum. */
export interface JetStreamSupplyOptions<Out> extends Partial<Omit<JetStreamSupplySettings, 'tls'>> {
  readonly stream: string
  readonly consumer: string
  readonly tls?: Partial<TlsClientSettings>
  /** Sets the message; without any setter the datum is the message. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- text, or bytes where those are asked for
  readonly lineSetter?: MessageSetter<Out, any>
  /** Sets the subject that it was published to. */
  readonly subjectSetter?: MessageSetter<Out>
  /** Sets the event's id. */
  readonly idSetter?: MessageSetter<Out>
}

const DEFAULTS = {
  ...NATS_DEFAULTS,
  ...MAKING_DEFAULTS,
  subject: null,
  inFlightMax: 2000,
  ackWaitMs: 30_000,
  deliveriesMax: 10,
  identity: 'sequence',
  encoding: 'utf8',
  retryMs: 1000,
  retryMaxMs: 60_000,
} as const

/**
 * Supply the messages of a stream of NATS JetStream, as a durable consumer that is pulled from.
 *
 * Out: each message as text (or as a Buffer, with `encoding: bytes`), or the datum that the setters make of it.
 *
 * A message is acknowledged once all that came of it is over; until then the server is told now and then that it is under
 * way. One that was not acknowledged comes again, here or at whoever else has the same consumer, so each comes at least
 * once, and any number of nodes share the work. What was delivered too often (`deliveriesMax`) goes to the dead letters, and
 * never comes again. While the server is away, and when it is back, nothing is lost. `progress()` counts what came again and
 * what was poison.
 *
 * @throws {RangeError} If a limit is too low.
 * @throws {SourceError} From the start: without the packages of NATS. Later: if there is no such stream.
 * @example
 * const supply = new JetStreamSupply(train, { stream: 'EVENTS', consumer: 'app', subjectSetter: itemSetter('subject') })
 * assert.equal(String(supply), 'JetStreamSupply(127.0.0.1:4222, stream=EVENTS, consumer=app)')
 */
export class JetStreamSupply<Out = string> extends StreamSupply<
  Out,
  JetStreamSupplySettings & JetStreamSupplyOptions<Out>
> {
  static readonly baseConfig = jetStreamSupplyBaseConfig

  constructor(train: Winder, { tls, ...options }: JetStreamSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } })
  }

  override toString(): string {
    const { stream, consumer } = this.options
    return `${this.constructor.name}(${this.session.name}, stream=${stream}, consumer=${consumer})`
  }

  protected dataOf(message: StreamMessage): Out {
    const { lineSetter, subjectSetter, idSetter, encoding } = this.options
    const content = decode(message.data, encoding)
    if (lineSetter === undefined && subjectSetter === undefined && idSetter === undefined) return content as Out
    let made: unknown = {}
    if (lineSetter !== undefined) made = lineSetter(made, content)
    if (subjectSetter !== undefined) made = subjectSetter(made, message.subject)
    if (idSetter !== undefined) made = idSetter(made, this.nextId())
    return made as Out
  }
}
