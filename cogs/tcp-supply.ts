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
import { TLS_SERVER_DEFAULTS, tlsServerConfig, type TlsServerSettings } from '../lib/net/tls-options.js'

/** Configuration insert: what an operator may set. */
export const tcpSupplyBaseConfig = insert({
  ...listenConfig,
  ...framingConfig,
  ...connectionsConfig,
  tls: tlsServerConfig,
})

type TcpSupplySettings = Settings<typeof tcpSupplyBaseConfig>

/** The operator's settings, all but `port` with defaults, and how a message becomes a datum. */
export interface TcpSupplyOptions<Out> extends Partial<Omit<TcpSupplySettings, 'tls'>>, MessageSetters<Out> {
  readonly port: number
  readonly tls?: Partial<TlsServerSettings>
}

/**
 * Supply what comes over TCP: lines, or messages with their lengths, from many peers, also by TLS.
 *
 * Out: each message as text (or as a Buffer, with `encoding: bytes`), or the datum that the setters make of it. While the
 * train is full nothing is read, and the peers wait. A peer that breaks the framing is cut off, with a line in the log.
 *
 * It can't supply again what it gave: TCP tells the peer that bytes came before anybody read them, so a crash loses what
 * was under way. Lead it into a `BufferCog` to lose no more than that instant.
 *
 * @throws {RangeError} If a limit is below 1, or bytes are asked for where lines are cut.
 * @example
 * const supply = new TcpSupply(train, { port: 5170, peerSetter: itemSetter('peer'), lineSetter: itemSetter('line') })
 * assert.deepEqual(supply.progress(), { address: null, connections: 0, refused: 0 })
 */
export class TcpSupply<Out = string> extends MessageSupply<Out, TcpSupplySettings & TcpSupplyOptions<Out>> {
  static readonly baseConfig = tcpSupplyBaseConfig
  protected readonly source: StreamServer

  constructor(train: Winder, { tls, ...options }: TcpSupplyOptions<Out>) {
    super(train, {
      ...{ host: '127.0.0.1', activated: null, connectionsMax: 1000, idleMs: null, ...FRAMING_DEFAULTS },
      ...{ ...options, tls: { ...TLS_SERVER_DEFAULTS, ...tls } },
    })
    requireAtLeast(1, this.options, 'lineMax', 'connectionsMax')
    requireFraming(this.options)
    const { esc, log } = this.train
    const framer = (onLong: (message: string) => void) => makeFramer(this.options, onLong)
    this.source = new StreamServer(esc, log, { ...this.options, address: this.options, framer }, this.target)
  }

  /** Where it listens, how many peers there are, and how many were refused. */
  progress(): StreamServerProgress {
    return this.source.progress()
  }
}
