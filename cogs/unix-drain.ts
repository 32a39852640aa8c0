import { SendingDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'
import { frame, outFramingConfig } from '../lib/net/out-framing.js'
import { SENDER_DEFAULTS, Sender, senderConfig } from '../lib/net/sender.js'
import { StreamChannel, connectConfig } from '../lib/net/stream-channel.js'
import { TLS_CLIENT_DEFAULTS } from '../lib/net/tls-options.js'
import { requireNative } from '../lib/net/unix-datagrams.js'
import { DATAGRAM_MAX, UnixDatagramChannel, datagramOf, outDatagramConfig } from '../lib/net/datagram-channels.js'

/** Configuration insert: what an operator may set. */
export const unixDrainBaseConfig = insert({
  path: { doc: 'Where the socket lies.', format: 'path' },
  kind: {
    doc: 'stream (a connection), or datagram (each message is a datagram; needs the native binding).',
    format: ['stream', 'datagram'],
    default: 'stream',
  },
  connectMs: connectConfig.connectMs,
  ...outDatagramConfig,
  ...outFramingConfig,
  ...senderConfig,
})

type UnixDrainSettings = Settings<typeof unixDrainBaseConfig>

/** The operator's settings; all but `path` have defaults. */
export type UnixDrainOptions = Partial<UnixDrainSettings> & { readonly path: string }

const DEFAULTS = {
  kind: 'stream',
  connectMs: 10_000,
  datagramMax: DATAGRAM_MAX,
  framing: 'line',
  lengthBytes: 4,
  ...SENDER_DEFAULTS,
} as const

/**
 * Send messages to a Unix socket: one a line, each with its length, or as datagrams.
 *
 * In: strings; with framing length and as datagrams also Buffers. While nobody reads, `bufferMax` characters wait here, and
 * then the train does; it is tried again until somebody is back.
 *
 * A message is over once the kernel has it: nobody tells whether the reader does. What was under way when a connection broke
 * is sent again, so that some of it may come twice. Datagrams that wait in the kernel are lost with their reader.
 *
 * @throws {RangeError} If a limit is below 1.
 * @throws {DeadbeatError} ENOTSUP from the start: for datagrams, without the native binding.
 * @example
 * const drain = new UnixDrain(train, { path: '/run/app.sock' })
 * assert.equal(drain.position(), 0)
 */
export class UnixDrain extends SendingDrain<string | Buffer, UnixDrainSettings> {
  static readonly baseConfig = unixDrainBaseConfig
  protected readonly sender: Sender

  constructor(train: Winder, options: UnixDrainOptions) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'connectMs')
    const { esc, log } = this.train
    const { path, connectMs, kind } = this.options
    const stream = { address: { path }, tls: TLS_CLIENT_DEFAULTS, connectMs }
    const channel = kind === 'datagram' ? new UnixDatagramChannel(esc, path) : new StreamChannel(esc, stream)
    this.sender = new Sender(esc, log, this.options, channel, this.target)
  }

  override start(): void | Promise<void> {
    if (this.options.kind === 'datagram') requireNative()
    return super.start()
  }

  /** @throws {TypeError|RangeError} If it is no message, or too long. */
  take(message: string | Buffer): void {
    this.sender.append(
      this.options.kind === 'datagram' ? datagramOf(message, this.options.datagramMax) : frame(message, this.options),
    )
  }
}
