import {
  SourceError,
  Supply,
  codeOf,
  insert,
  requireAtLeast,
  toError,
  type MessageSetter,
  type Settings,
  type Ticket,
  type Winder,
} from '../lib/movement/index.js'
import { decode } from '../lib/net/framing.js'
import {
  MQTT_DEFAULTS,
  MqttSession,
  mqttConfig,
  type IPublishPacket,
  type ISubackPacket,
  type Packet,
} from '../lib/net/mqtt-session.js'
import { senderConfig } from '../lib/net/sender.js'
import { TLS_CLIENT_DEFAULTS, type TlsClientSettings } from '../lib/net/tls-options.js'
import { datagramsConfig } from '../lib/net/udp-receiver.js'

/** Configuration insert: what an operator may set. */
export const mqttSupplyBaseConfig = insert({
  ...mqttConfig,
  topics: { doc: 'What is subscribed to, also with + and #.', format: 'strings' },
  qos: { doc: 'The quality of service: 1 (at least once), or 0 (at most once).', format: [0, 1], default: 1 },
  encoding: datagramsConfig.encoding,
  retryMs: senderConfig.retryMs,
  retryMaxMs: senderConfig.retryMaxMs,
})

type MqttSupplySettings = Settings<typeof mqttSupplyBaseConfig>

/** The operator's settings, and how a message becomes a datum. */
export interface MqttSupplyOptions<Out> extends Partial<Omit<MqttSupplySettings, 'tls'>> {
  readonly clientId: string
  readonly topics: readonly string[]
  readonly tls?: Partial<TlsClientSettings>
  /** Sets the message; without any setter the datum is the message. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- text, or bytes where those are asked for
  readonly lineSetter?: MessageSetter<Out, any>
  /** Sets the topic that it came under. */
  readonly topicSetter?: MessageSetter<Out>
  /** Sets the event's id. */
  readonly idSetter?: MessageSetter<Out>
}

const DEFAULTS = { ...MQTT_DEFAULTS, qos: 1, encoding: 'utf8', retryMs: 1000, retryMaxMs: 60_000 } as const

/** A message that is to be acknowledged, or one of an earlier connection, which isn't any more. */
interface Delivery {
  readonly epoch: number
  readonly messageId: number
  readonly payload: Buffer
  isOver: boolean
}

/**
 * Supply the messages of topics from a broker of MQTT 3.1.1.
 *
 * Out: each message as text (or as a Buffer, with `encoding: bytes`), or the datum that the setters make of it.
 *
 * With `qos` 1 a message is acknowledged once all that came of it is over, in the order in which the broker wants it, and the
 * broker keeps the session for `clientId`: after a crash, and while this is away, nothing is lost, and what was not
 * acknowledged comes again, so each comes at least once. The broker gives no more than it likes (mosquitto: 20) before the
 * first of them is acknowledged: a window that waits for more data than that waits for its time.
 *
 * @throws {RangeError} If a limit is too low, or there is no topic.
 * @throws {SourceError} From the start: without the package mqtt-packet.
 * @example
 * const supply = new MqttSupply(train, { clientId: 'app', topics: ['sensors/#'], topicSetter: itemSetter('topic') })
 * assert.equal(String(supply), 'MqttSupply(127.0.0.1:1883, topics=sensors/#)')
 */
export class MqttSupply<Out = string> extends Supply<Out, MqttSupplySettings & MqttSupplyOptions<Out>, Delivery> {
  static readonly baseConfig = mqttSupplyBaseConfig
  private readonly session: MqttSession
  /** What is not acknowledged, in the order in which it came. */
  private deliveries: Delivery[] = []
  private isFinished = false

  constructor(train: Winder, { tls, ...options }: MqttSupplyOptions<Out>) {
    super(train, {
      ...DEFAULTS,
      ...{ ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } },
    })
    requireAtLeast(1, { topics: this.options.topics.length }, 'topics')
    requireAtLeast(1000, this.options, 'keepAliveMs')
    const { esc, log } = this.train
    this.session = new MqttSession(esc, log, this.options, this.options.qos === 0, {
      connected: () => this.subscribe(),
      packet: (packet) => this.take(packet),
      lost: () => (this.deliveries = []), // The broker gives them again.
    })
  }

  async start(): Promise<void> {
    try {
      await this.session.open(this.constructor.name)
    } catch (thrown) {
      const error = toError(thrown)
      throw new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
    }
  }

  finish(): void {
    this.isFinished = true
    this.session.pause() // What is under way may still be acknowledged.
  }

  done(): void {
    this.session.close()
  }

  override pause(): void {
    super.pause()
    this.session.pause()
  }

  override resume(): void {
    super.resume()
    if (!this.isFinished) this.session.resume()
  }

  override acknowledge({ origin }: Ticket<Delivery>): void {
    origin.isOver = true
    for (let first = this.deliveries[0]; first?.isOver === true; first = this.deliveries[0]) {
      this.deliveries.shift()
      this.session.send({ cmd: 'puback', messageId: first.messageId })
    }
  }

  override original({ origin }: Ticket<Delivery>): Uint8Array {
    return origin.payload
  }

  override toString(): string {
    return `${this.constructor.name}(${this.session.name}, topics=${this.options.topics.join(',')})`
  }

  private subscribe(): void {
    const { topics, qos } = this.options
    const subscriptions = topics.map((topic) => ({ topic, qos }))
    this.session.send({ cmd: 'subscribe', messageId: 1, subscriptions })
  }

  private take(packet: Packet): void {
    if (packet.cmd === 'publish') this.give(packet)
    else if (packet.cmd === 'suback') this.subscribed(packet)
  }

  private subscribed({ granted }: ISubackPacket): void {
    const refused = this.options.topics.filter((_, place) => Number(granted[place]) >= 128)
    if (refused.length === 0) return
    this.train.fail(
      new SourceError('EACCES', `the broker ${this.session.name} refuses the topics ${refused.join(', ')}`),
    )
  }

  private give({ topic, payload, qos, messageId = 0 }: IPublishPacket): void {
    if (this.isFinished) return // What was read with the last packet: it is not acknowledged, and comes again.
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
    const delivery = { epoch: this.session.epoch, messageId, payload: bytes, isOver: false }
    if (qos > 0) this.deliveries.push(delivery)
    const { lineSetter, topicSetter, idSetter, encoding } = this.options
    const ticket = this.open(delivery, 1, bytes.length)
    this.begin(ticket)
    const message = decode(bytes, encoding)
    const isBare = lineSetter === undefined && topicSetter === undefined && idSetter === undefined
    let data: unknown = isBare ? message : {}
    if (lineSetter !== undefined) data = lineSetter(data, message)
    if (topicSetter !== undefined) data = topicSetter(data, topic)
    if (idSetter !== undefined) data = idSetter(data, this.nextId())
    this.put(data as Out)
    this.end(ticket)
  }
}
