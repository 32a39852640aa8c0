import {
  SendingDrain,
  insert,
  requireAtLeast,
  requireFunction,
  wholeGetter,
  type Getter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { DeadbeatError } from '../lib/errors/index.js'
import { BATCH_DEFAULTS, BatchSender, batchConfig } from '../lib/net/batch-sender.js'
import { MQTT_DEFAULTS, MqttSession, mqttConfig, type Packet } from '../lib/net/mqtt-session.js'
import { bytesOf } from '../lib/net/out-framing.js'
import { TLS_CLIENT_DEFAULTS, type TlsClientSettings } from '../lib/net/tls-options.js'

/** Configuration insert: what an operator may set. */
export const mqttDrainBaseConfig = insert({
  ...mqttConfig,
  topic: { doc: 'The topic of messages that have none of their own.', format: 'text' },
  retain: {
    doc: 'Whether the broker keeps the last message of a topic for those who come later.',
    format: 'boolean',
    default: false,
  },
  ...batchConfig,
  batchMax: { ...batchConfig.batchMax, doc: 'How many messages may be under way at once.', default: 100 },
  batchAgeMs: { ...batchConfig.batchAgeMs, default: 0 },
})

type MqttDrainSettings = Settings<typeof mqttDrainBaseConfig>

/** The operator's settings, and where message and topic are. */
export interface MqttDrainOptions<In> extends Partial<Omit<MqttDrainSettings, 'tls'>> {
  readonly clientId: string
  readonly topic: string
  readonly tls?: Partial<TlsClientSettings>
  /** Reads the message, a text or bytes; by default the datum is that. */
  readonly getter?: Getter<In, string | Uint8Array>
  /** Reads the topic; by default all have the same, `topic`. */
  readonly topicGetter?: Getter<In, string>
}

interface Message {
  readonly topic: string
  readonly payload: Buffer
}

/**
 * Publish messages at a broker of MQTT 3.1.1, with quality of service 1.
 *
 * In: texts or bytes, or any datum that the getters read them from. A message is over once the broker has acknowledged it.
 * What it hadn't when the connection broke is sent again, in order, so that each comes at least once.
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {DeadbeatError} From the start: without the package mqtt-packet.
 * @example
 * const drain = new MqttDrain(train, { clientId: 'app', topic: 'alerts' })
 * assert.equal(String(drain), 'MqttDrain(127.0.0.1:1883)')
 */
export class MqttDrain<In = string> extends SendingDrain<
  In,
  MqttDrainSettings & Required<Pick<MqttDrainOptions<In>, 'getter' | 'topicGetter'>>
> {
  static readonly baseConfig = mqttDrainBaseConfig
  protected readonly sender: BatchSender<Message>
  private readonly session: MqttSession
  /** What the broker hasn't acknowledged. */
  private readonly open = new Set<number>()
  private settle: { resolve: () => void; reject: (error: Error) => void } | null = null
  private whenConnected: (() => void) | null = null

  constructor(train: Winder, { tls, ...options }: MqttDrainOptions<In>) {
    const getters = { getter: wholeGetter as Getter<In, string | Uint8Array>, topicGetter: () => options.topic }
    const defaults = { ...MQTT_DEFAULTS, retain: false, ...BATCH_DEFAULTS, batchMax: 100, batchAgeMs: 0 }
    super(train, { ...defaults, ...getters, ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'batchMax')
    requireFunction(this.options, 'getter', 'topicGetter')
    const { esc, log } = this.train
    this.session = new MqttSession(esc, log, this.options, true, {
      connected: () => this.whenConnected?.(),
      packet: (packet) => this.acknowledged(packet),
      lost: (error) => this.settle?.reject(error),
    })
    const { name } = this.session
    const channel = { name, send: (batch: readonly Message[]) => this.send(batch), close: () => this.session.close() }
    this.sender = new BatchSender(esc, log, this.options, channel, this.target)
  }

  override async start(): Promise<void> {
    await this.session.open(this.constructor.name)
    await super.start()
  }

  /** @throws {TypeError} If there is no message, or no topic without + and #. */
  take(data: In): void {
    const topic = this.options.topicGetter(data)
    if (typeof topic !== 'string' || topic === '' || /[+#\0]/.test(topic))
      throw new TypeError(`a topic must be a text without + and #: it is ${JSON.stringify(topic)}`)
    const payload = bytesOf(this.options.getter(data))
    this.sender.append({ topic, payload }, topic.length + payload.length)
  }

  override toString(): string {
    return `${this.constructor.name}(${this.session.name})`
  }

  private async send(batch: readonly Message[]): Promise<void> {
    if (!this.session.isConnected) await new Promise<void>((resolve) => (this.whenConnected = resolve))
    this.whenConnected = null
    this.open.clear()
    await new Promise<void>((resolve, reject) => {
      this.settle = { resolve, reject }
      batch.forEach(({ topic, payload }, place) => {
        this.open.add(place + 1)
        const { retain } = this.options
        const packet = { cmd: 'publish', topic, payload, qos: 1, retain, dup: false, messageId: place + 1 }
        if (!this.session.send(packet as Packet)) reject(new DeadbeatError('ENOTCONN', 'the connection broke'))
      })
    })
    this.settle = null
  }

  private acknowledged(packet: Packet): void {
    if (packet.cmd !== 'puback') return
    this.open.delete(packet.messageId ?? 0)
    if (this.open.size === 0) this.settle?.resolve()
  }
}
