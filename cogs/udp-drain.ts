import { SendingDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'
import { DATAGRAM_MAX, UdpChannel, datagramOf, outDatagramConfig } from '../lib/net/datagram-channels.js'
import { SENDER_DEFAULTS, Sender, senderConfig } from '../lib/net/sender.js'
import { connectConfig } from '../lib/net/stream-channel.js'

/** Configuration insert: what an operator may set. */
export const udpDrainBaseConfig = insert({
  host: { ...connectConfig.host, doc: 'The host to send to.' },
  port: { ...connectConfig.port, doc: 'The port to send to.' },
  ...outDatagramConfig,
  ...senderConfig,
})

type UdpDrainSettings = Settings<typeof udpDrainBaseConfig>

/** The operator's settings; all but `host` and `port` have defaults. */
export type UdpDrainOptions = Partial<UdpDrainSettings> & { readonly host: string; readonly port: number }

/**
 * Send messages over UDP, each as a datagram.
 *
 * In: strings or Buffers. What the kernel doesn't take (no route, no buffers) is sent again.
 *
 * A message is over once the kernel has it: nobody tells whether it arrives, in what order, or how often.
 *
 * @throws {RangeError} If a limit is below 1.
 * @example
 * const drain = new UdpDrain(train, { host: '127.0.0.1', port: 5140 })
 * assert.equal(drain.position(), 0)
 */
export class UdpDrain extends SendingDrain<string | Buffer, UdpDrainSettings> {
  static readonly baseConfig = udpDrainBaseConfig
  protected readonly sender: Sender

  constructor(train: Winder, options: UdpDrainOptions) {
    super(train, { datagramMax: DATAGRAM_MAX, ...SENDER_DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'datagramMax')
    const { host, port } = this.options
    const { esc, log } = this.train
    this.sender = new Sender(esc, log, this.options, new UdpChannel(host, port), this.target)
  }

  /** @throws {TypeError|RangeError} If it is no message, or too long. */
  take(message: string | Buffer): void {
    this.sender.append(datagramOf(message, this.options.datagramMax))
  }
}
