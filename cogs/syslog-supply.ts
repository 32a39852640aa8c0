import {
  MessageSupply,
  insert,
  requireAtLeast,
  type MessageSetters,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import { listenConfig } from '../lib/net/listen.js'
import { StreamServer, connectionsConfig, type StreamServerProgress } from '../lib/net/stream-server.js'
import { SyslogFramer } from '../lib/net/syslog-framing.js'
import { TLS_SERVER_DEFAULTS, tlsServerConfig, type TlsServerSettings } from '../lib/net/tls-options.js'
import { UdpReceiver, datagramsConfig, type UdpProgress } from '../lib/net/udp-receiver.js'
import { UnixDatagrams } from '../lib/net/unix-datagrams.js'

/** Configuration insert: what an operator may set. */
export const syslogSupplyBaseConfig = insert({
  transport: {
    doc: 'How messages come: udp, tcp (with lengths or by line, and by TLS), or unix (datagrams, as at /dev/log).',
    format: ['udp', 'tcp', 'unix'],
    default: 'udp',
  },
  ...listenConfig,
  port: { ...listenConfig.port, default: 514 },
  path: { doc: 'For unix: where the socket lies.', format: 'path', default: '/dev/log' },
  mode: { doc: 'For unix: the mode of the socket, who may write to it.', format: 'octal', default: '0666' },
  encoding: { doc: 'What the bytes mean: utf8 or latin1.', format: ['utf8', 'latin1'], default: 'utf8' },
  lineMax: { doc: 'For tcp and unix: how many bytes a message may have.', format: 'size', min: 480, default: 65_536 },
  longLines: {
    doc: 'What becomes of a longer line or datagram: cut (its beginning is taken), skip, or close (the connection).',
    format: ['cut', 'skip', 'close'],
    default: 'cut',
  },
  ...connectionsConfig,
  receiveBytes: datagramsConfig.receiveBytes,
  backlogBytes: datagramsConfig.backlogBytes,
  tls: tlsServerConfig,
})

type SyslogSupplySettings = Settings<typeof syslogSupplyBaseConfig>

/** The operator's settings, and how a message becomes a datum. */
export interface SyslogSupplyOptions<Out> extends Partial<Omit<SyslogSupplySettings, 'tls'>>, MessageSetters<Out> {
  readonly tls?: Partial<TlsServerSettings>
}

const DEFAULTS = {
  transport: 'udp',
  host: '127.0.0.1',
  port: 514,
  activated: null,
  path: '/dev/log',
  mode: 0o666,
  encoding: 'utf8',
  lineMax: 65_536,
  longLines: 'cut',
  connectionsMax: 1000,
  idleMs: null,
  receiveBytes: null,
  backlogBytes: datagramsConfig.backlogBytes.default,
} as const

/**
 * Supply what other programs and machines send as syslog: a server for UDP, TCP, TLS (RFC 5425) or `/dev/log`.
 *
 * Out: each message as text, which `ParseSyslog` reads, or the datum that the setters make of it. Over TCP messages come
 * with their lengths or by line (RFC 6587); what a peer does is seen by its first byte. While the train is full, TCP and
 * `/dev/log` make their senders wait; over UDP messages wait in a backlog, and what is above it is dropped and counted.
 *
 * It can't supply again what it gave: a crash loses what was under way. Lead it into a `BufferCog` to lose no more than
 * that instant.
 *
 * @throws {RangeError} If a limit is too low.
 * @example
 * const supply = new SyslogSupply(train, { transport: 'tcp', port: 6514 })
 * assert.deepEqual(supply.progress(), { address: null, connections: 0, refused: 0 })
 */
export class SyslogSupply<Out = string> extends MessageSupply<Out, SyslogSupplySettings & SyslogSupplyOptions<Out>> {
  static readonly baseConfig = syslogSupplyBaseConfig
  protected readonly source: UdpReceiver | StreamServer | UnixDatagrams

  constructor(train: Winder, { tls, ...options }: SyslogSupplyOptions<Out> = {}) {
    super(train, { ...DEFAULTS, ...options, tls: { ...TLS_SERVER_DEFAULTS, ...tls } })
    requireAtLeast(480, this.options, 'lineMax') // What every receiver has to take (RFC 5424, section 6.1).
    requireAtLeast(1, this.options, 'connectionsMax')
    const { esc, log } = this.train
    const { transport, host, port, activated } = this.options
    const framer = (onLong: (message: string) => void) => new SyslogFramer(this.options, onLong)
    if (transport === 'udp') this.source = new UdpReceiver(esc, log, this.options, this.target)
    else if (transport === 'unix') this.source = new UnixDatagrams(esc, log, this.options, this.target)
    else {
      const address = { host, port, activated }
      this.source = new StreamServer(esc, log, { ...this.options, address, framer }, this.target)
    }
  }

  /** Where it listens, and what was refused or dropped. */
  progress(): StreamServerProgress | UdpProgress {
    return this.source.progress()
  }
}
