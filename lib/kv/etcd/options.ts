/** How etcd is reached. */
import type { ConnectionOptions } from 'node:tls'
import { requireAtLeast } from '../../errors/index.js'
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import { TLS_CLIENT_DEFAULTS, tlsClientOptions, type TlsClientSettings } from '../../net/tls-options.js'

/** What a client of etcd may be told; everything has a default. */
export interface EtcdOptions {
  /** The members, as `HOST:PORT`; the next is tried when one fails. Default: `host` and `port`. */
  readonly endpoints?: readonly string[]
  /** The one member, if `endpoints` isn't given. */
  readonly host?: string
  /** Its port. */
  readonly port?: number
  /** How often an operation is tried again that could not reach the store, and did nothing there. */
  readonly maxRetries?: number
  /** How long to wait before each of these. */
  readonly retryMs?: number
  /** After how long an operation gives up, its retries included. */
  readonly timeoutMs?: number
  /** After how long without a connection the next member is tried. */
  readonly connectTimeoutMs?: number
  /** After how long without any answer the connection is tried by a ping; etcd allows no less than 5000. */
  readonly pingMs?: number
  /** How long the answer to a ping may take; then the connection is made anew. */
  readonly pingTimeoutMs?: number
  /** Speak TLS: files in PEM, and the name that the certificate must have if it isn't the host's. */
  readonly tls?: Partial<Omit<TlsClientSettings, 'on'>>
  /** Log in as this user. */
  readonly user?: string
  /** With this password. */
  readonly password?: string
  /** How many conditions, and how many operations, a transaction may have: the server's `--max-txn-ops`. */
  readonly opsMax?: number
  /** The longest answer that is taken, in bytes. */
  readonly answerBytesMax?: number
  /** What waiting is measured by. */
  readonly clock?: Clock
}

/** The same with nothing left open. */
export interface EtcdSettings {
  readonly endpoints: readonly string[]
  readonly maxRetries: number
  readonly retryMs: number
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  readonly pingMs: number
  readonly pingTimeoutMs: number
  readonly tls: ConnectionOptions | null
  readonly user: string | null
  readonly password: string
  readonly opsMax: number
  readonly answerBytesMax: number
  readonly clock: Clock
}

const ANSWER_BYTES_MAX = 512 * 1024 * 1024

/**
 * Fill in the defaults.
 *
 * @throws {RangeError} If a number is out of its range, or an endpoint is none.
 * @throws {DeadbeatError} If a file of TLS can't be read.
 * @example
 * assert.deepEqual(etcdSettings({}).endpoints, ['127.0.0.1:2379'])
 * assert.throws(() => etcdSettings({ endpoints: ['etcd'] }), /endpoints must be HOST:PORT: one is "etcd"/)
 */
export function etcdSettings(options: EtcdOptions): EtcdSettings {
  const { host = '127.0.0.1', port = 2379, user = null } = options
  const settings = {
    endpoints: options.endpoints ?? [`${host.includes(':') ? `[${host}]` : host}:${port}`],
    maxRetries: options.maxRetries ?? 15,
    retryMs: options.retryMs ?? 100,
    timeoutMs: options.timeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    pingMs: options.pingMs ?? 10_000,
    pingTimeoutMs: options.pingTimeoutMs ?? 5000,
    tls: options.tls === undefined ? null : tlsClientOptions({ ...TLS_CLIENT_DEFAULTS, ...options.tls, on: true }),
    user,
    password: options.password ?? '',
    opsMax: options.opsMax ?? 128,
    answerBytesMax: options.answerBytesMax ?? ANSWER_BYTES_MAX,
    clock: options.clock ?? new SystemClock(),
  }
  requireAtLeast(0, settings, 'maxRetries')
  requireAtLeast(1, settings, 'retryMs', 'timeoutMs', 'connectTimeoutMs', 'pingTimeoutMs', 'opsMax', 'answerBytesMax')
  requireAtLeast(5000, settings, 'pingMs')
  if (settings.endpoints.length === 0) throw new RangeError('endpoints must name at least one member: it is empty')
  const wrong = settings.endpoints.find((endpoint) => !isEndpoint(endpoint))
  if (wrong !== undefined) throw new RangeError(`endpoints must be HOST:PORT: one is ${JSON.stringify(wrong)}`)
  return settings
}

function isEndpoint(endpoint: string): boolean {
  const [, port] = /^(?:\[[\da-fA-F:.%\w]+\]|[^:/\s]+):(\d{1,5})$/.exec(endpoint) ?? []
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}
