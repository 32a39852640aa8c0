import {
  MessageSupply,
  insert,
  requireAtLeast,
  type MessageSetters,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { FRAMING_DEFAULTS, framingConfig, makeFramer, requireFraming } from '../lib/net/framing.js'
import { listenConfig } from '../lib/net/listen.js'
import { StreamServer, connectionsConfig, type StreamServerProgress } from '../lib/net/stream-server.js'
import { TLS_SERVER_DEFAULTS } from '../lib/net/tls-options.js'
import { UnixDatagrams } from '../lib/net/unix-datagrams.js'

/** Configuration insert: what an operator may set. */
export const unixSupplyBaseConfig = insert({
  path: { doc: 'Where the socket lies. One that an earlier run left is replaced.', format: 'path' },
  mode: { doc: 'The mode of the socket: who may write to it.', format: 'octal', default: '0600' },
  kind: {
    doc: 'stream (connections), or datagram (each datagram is a message; needs the native binding).',
    format: ['stream', 'datagram'],
    default: 'stream',
  },
  activated: listenConfig.activated,
  ...framingConfig,
  ...connectionsConfig,
})

type UnixSupplySettings = Settings<typeof unixSupplyBaseConfig>

/** The operator's settings, all but `path` with defaults, and how a message becomes a datum. */
export interface UnixSupplyOptions<Out> extends Partial<UnixSupplySettings>, Omit<MessageSetters<Out>, 'peerSetter'> {
  readonly path: string
}

const DEFAULTS = {
  mode: 0o600,
  kind: 'stream',
  activated: null,
  ...FRAMING_DEFAULTS,
  connectionsMax: 1000,
  idleMs: null,
} as const

/**
 * Supply what is written to a Unix socket: lines or messages with their lengths, or datagrams.
 *
 * Out: each message as text (or as a Buffer, with `encoding: bytes`), or the datum that the setters make of it. While the
 * train is full nothing is read, and who writes waits.
 *
 * It can't supply again what it gave: a crash loses what was under way. Lead it into a `BufferCog` to lose no more than
 * that instant.
 *
 * @throws {RangeError} If a limit is below 1, or bytes are asked for where lines are cut.
 * @example
 * const supply = new UnixSupply(train, { path: '/run/app.sock' })
 * assert.match(String(supply), /^UnixSupply\(mode=384, kind="stream"/)
 */
export class UnixSupply<Out = string> extends MessageSupply<Out, UnixSupplySettings & UnixSupplyOptions<Out>> {
  static readonly baseConfig = unixSupplyBaseConfig
  protected readonly source: StreamServer | UnixDatagrams

  constructor(train: Winder, options: UnixSupplyOptions<Out>) {
    super(train, { ...DEFAULTS, ...options })
    requireAtLeast(1, this.options, 'lineMax', 'connectionsMax')
    if (this.options.kind === 'stream') requireFraming(this.options)
    const { esc, log } = this.train
    const framer = (onLong: (message: string) => void) => makeFramer(this.options, onLong)
    const stream = { ...this.options, address: this.options, tls: TLS_SERVER_DEFAULTS, framer }
    this.source =
      this.options.kind === 'datagram'
        ? new UnixDatagrams(esc, log, this.options, this.target)
        : new StreamServer(esc, log, stream, this.target)
  }

  /** Where it listens, how many are connected, and how many were refused. */
  progress(): StreamServerProgress {
    return this.source.progress()
  }
}
