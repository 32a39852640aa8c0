import { hostname } from 'node:os'
import {
  SendingDrain,
  insert,
  requireAtLeast,
  wholeGetter,
  type Getter,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'
import {
  DATAGRAM_MAX,
  UdpChannel,
  UnixDatagramChannel,
  datagramOf,
  outDatagramConfig,
} from '../lib/net/datagram-channels.js'
import { SENDER_DEFAULTS, Sender, senderConfig, type Channel } from '../lib/net/sender.js'
import { StreamChannel, connectConfig } from '../lib/net/stream-channel.js'
import { FACILITIES, SEVERITIES } from '../lib/net/syslog-names.js'
import { formatSyslog, type SyslogFields } from '../lib/net/syslog-text.js'
import {
  TLS_CLIENT_DEFAULTS,
  tlsClientConfig,
  tlsClientOptions,
  type TlsClientSettings,
} from '../lib/net/tls-options.js'
import { requireNative } from '../lib/net/unix-datagrams.js'

/** Configuration insert: what an operator may set. */
export const syslogDrainBaseConfig = insert({
  transport: {
    doc: 'How messages go: udp, tcp (also by TLS), or unix (datagrams, as to /dev/log).',
    format: ['udp', 'tcp', 'unix'],
    default: 'udp',
  },
  host: { ...connectConfig.host, doc: 'The host to send to.', default: '127.0.0.1' },
  port: { ...connectConfig.port, doc: 'The port to send to.', default: 514 },
  path: { doc: 'For unix: where the socket lies.', format: 'path', default: '/dev/log' },
  format: { doc: 'How messages are written.', format: ['rfc5424', 'rfc3164'], default: 'rfc5424' },
  framing: {
    doc: 'For tcp, how messages are told apart: octets (lengths) or line (line ends, those inside become #012).',
    format: ['octets', 'line'],
    default: 'octets',
  },
  facility: { doc: 'The facility of messages that have none.', format: FACILITIES, default: 'user', live: true },
  severity: { doc: 'The severity of messages that have none.', format: SEVERITIES, default: 'notice', live: true },
  hostname: {
    doc: "The host name of messages that have none; not set: this machine's.",
    format: 'text',
    default: null,
  },
  appName: { doc: 'The program of messages that have none.', format: 'text', default: 'deadbeat' },
  ...outDatagramConfig,
  connectMs: connectConfig.connectMs,
  ...senderConfig,
  tls: tlsClientConfig,
})

type SyslogDrainSettings = Settings<typeof syslogDrainBaseConfig>

/** The operator's settings, and where the message is. */
export interface SyslogDrainOptions<In> extends Partial<Omit<SyslogDrainSettings, 'tls'>> {
  readonly tls?: Partial<TlsClientSettings>
  /** Reads the message: a text, or what ParseSyslog gives; by default the datum is that. */
  readonly getter?: Getter<In, string | SyslogFields>
}

const DEFAULTS = {
  transport: 'udp',
  host: '127.0.0.1',
  port: 514,
  path: '/dev/log',
  format: 'rfc5424',
  framing: 'octets',
  facility: 'user',
  severity: 'notice',
  hostname: null,
  appName: 'deadbeat',
  datagramMax: DATAGRAM_MAX,
  connectMs: 10_000,
  ...SENDER_DEFAULTS,
} as const

/**
 * Send messages as syslog, over UDP, TCP, TLS or to `/dev/log`.
 *
 * In: texts, or what `ParseSyslog` gives: what a message doesn't say is filled in from the settings. A time that is none of
 * RFC 3339 becomes the present one.
 *
 * A message is over once the kernel has it: syslog never tells whether the server does. Over TCP, what was under way when a
 * connection broke is sent again, so that some of it may come twice; what the kernel had, and the server hadn't, is lost.
 *
 * @throws {RangeError} If a limit is below 1.
 * @example
 * const drain = new SyslogDrain(train, { transport: 'tcp', host: 'logs.example', port: 6514, tls: { on: true } })
 * assert.equal(drain.position(), 0)
 */
export class SyslogDrain<In = string | SyslogFields> extends SendingDrain<
  In,
  SyslogDrainSettings & { getter: Getter<In, string | SyslogFields> }
> {
  static readonly baseConfig = syslogDrainBaseConfig
  protected readonly sender: Sender
  private readonly ownName: string

  constructor(train: Winder, { tls, ...options }: SyslogDrainOptions<In> = {}) {
    const getter = wholeGetter as Getter<In, string | SyslogFields>
    super(train, { ...DEFAULTS, getter, ...options, tls: { ...TLS_CLIENT_DEFAULTS, ...tls } })
    requireAtLeast(1, this.options, 'bufferMax', 'retryMs', 'retryMaxMs', 'connectMs', 'datagramMax')
    this.ownName = this.options.hostname ?? hostname()
    const { esc, log } = this.train
    this.sender = new Sender(esc, log, this.options, this.channel(), this.target)
  }

  override start(): void | Promise<void> {
    if (this.options.transport === 'unix') requireNative()
    tlsClientOptions(this.options.tls)
    return super.start()
  }

  /** @throws {TypeError|RangeError} If it is no message, or too long. */
  take(data: In): void {
    const { getter, transport, framing, datagramMax } = this.options
    const message = getter(data)
    const fields = typeof message === 'string' ? { message } : message
    const text = formatSyslog(fields, { ...this.options, hostname: this.ownName }, this.train.esc.wall())
    if (transport !== 'tcp') this.sender.append(datagramOf(text, datagramMax))
    else if (framing === 'line') this.sender.append(`${text.replaceAll('\n', '#012')}\n`)
    else this.sender.append(`${Buffer.byteLength(text)} ${text}`)
  }

  private channel(): Channel {
    const { transport, path, host, port, tls, connectMs } = this.options
    const { esc } = this.train
    if (transport === 'udp') return new UdpChannel(host, port)
    if (transport === 'unix') return new UnixDatagramChannel(esc, path)
    return new StreamChannel(esc, { address: { host, port }, tls, connectMs })
  }
}
