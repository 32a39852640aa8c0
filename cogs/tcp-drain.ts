import { SendingDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'
import { frame, outFramingConfig } from '../lib/net/out-framing.js'
import { SENDER_DEFAULTS, Sender, senderConfig } from '../lib/net/sender.js'
import { StreamChannel, connectConfig } from '../lib/net/stream-channel.js'
import {
  TLS_CLIENT_DEFAULTS,
  tlsClientConfig,
  tlsClientOptions,
  type TlsClientSettings,
} from '../lib/net/tls-options.js'

/** Configuration insert: what an operator may set. */
export const tcpDrainBaseConfig = insert({
  ...connectConfig,
  ...outFramingConfig,
  ...senderConfig,
  tls: tlsClientConfig,
})

type TcpDrainSettings = Settings<typeof tcpDrainBaseConfig>

/** The operator's settings; all but `host` and `port` have defaults. */
export interface TcpDrainOptions extends Partial<Omit<TcpDrainSettings, 'tls'>> {
  readonly host: string
  readonly port: number
  readonly tls?: Partial<TlsClientSettings>
}

/**
 * Send messages over TCP, one a line or each with its length, also by TLS.
 *
 * In: strings; with framing length also Buffers. With framing line, a line end inside of a string makes two messages of it.
 * While the peer is away, `bufferMax` characters wait here, and then the train does; it is tried again until it is back.
 *
 * A message is over once the kernel has it: TCP never tells whether the peer does. What was under way when a connection
 * broke is sent again, so that some of it may come twice; what the kernel had, and the peer hadn't, is lost. Where that
 * must not be, use a drain whose peer answers (HttpDrain, MqttDrain, RedisStreamDrain, SqlDrain).
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {DeadbeatError} From the start: if the files for TLS can't be used.
 * @example
 * const drain = new TcpDrain(train, { host: 'logs.example', port: 5170, tls: { on: true } })
 * assert.equal(drain.position(), 0)
 */
export class TcpDrain extends SendingDrain<string | Buffer, TcpDrainSettings> {
  static readonly baseConfig = tcpDrainBaseConfig
  protected readonly sender: Sender

  constructor(train: Winder, { tls, ...options }: TcpDrainOptions) {
    const defaults = { framing: 'line', lengthBytes: 4, connectMs: 10_000, ...SENDER_DEFAULTS } as const
    super(train, { ...defaults, ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'connectMs')
    const { esc, log } = this.train
    const channel = new StreamChannel(esc, { ...this.options, address: this.options })
    this.sender = new Sender(esc, log, this.options, channel, this.target)
  }

  override start(): void | Promise<void> {
    tlsClientOptions(this.options.tls) // Else its files would be found wrong only when there is something to send.
    return super.start()
  }

  /** @throws {TypeError|RangeError} If it is no message, or too long for its length. */
  take(message: string | Buffer): void {
    this.sender.append(frame(message, this.options))
  }
}
