/** Where a store is served, and what clients may take of it. */
import { requireAtLeast } from '../../errors/index.js'
import { isLoopback } from '../../net/is-loopback.js'
import { hostAndPort } from '../../net/listen.js'
import { TLS_SERVER_DEFAULTS, type TlsServerSettings } from '../../net/tls-options.js'
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import { stderrLogger, type Logger } from '../../movement/logger.js'

import type { MayUse } from './guard.js'

/** How a store is served; everything has a default. */
export interface ServeOptions {
  /** The address to listen at. Any other than a loopback one asks for `tls` with a `ca`. */
  readonly host?: string
  /** The port; 0: any that is free. */
  readonly port?: number
  /** Certificate and key, and whose certificates clients must have: files in PEM. */
  readonly tls?: Partial<TlsServerSettings>
  /** How many connections there may be; one more is closed at once. */
  readonly connectionsMax?: number
  /** How many calls a connection may have under way; more wait at the client. */
  readonly callsMax?: number
  /** How much may wait in a connection's buffers for a client that doesn't read, in bytes; beyond it new calls are refused. */
  readonly connectionBytesMax?: number
  /** How long a request may be, in bytes. */
  readonly requestBytesMax?: number
  /** How many conditions, and how many operations, a transaction may have. */
  readonly opsMax?: number
  /** How many watches a stream may have. */
  readonly watchesMax?: number
  /** How much may wait for a client that reads slowly, for each stream, in bytes. What is beyond is read again later. */
  readonly streamBytesMax?: number
  /** The same for all streams together. */
  readonly bufferBytesMax?: number
  /** How often a watch that asked for it is told that it missed nothing, in ms. */
  readonly progressMs?: number
  /** How long what is under way may take at the end, in ms. */
  readonly graceMs?: number
  /** Asked before each call whether a client may use its keys; if it isn't given, or null, who is in may do all. */
  readonly mayUse?: MayUse | null
  /** What waiting is measured by. */
  readonly clock?: Clock
  /** Where it is told what no client is told. */
  readonly log?: Logger
}

/** The same with nothing left open. */
export type ServeSettings = Required<Omit<ServeOptions, 'tls'>> & { readonly tls: TlsServerSettings }

/**
 * Fill in the defaults.
 *
 * @throws {RangeError} If a number is out of its range, or others than this machine could come in unknown.
 * @example
 * assert.equal(serveSettings({}).port, 2379)
 * assert.throws(() => serveSettings({ host: '0.0.0.0' }), /only with TLS and certificates of clients/)
 */
export function serveSettings(options: ServeOptions): ServeSettings {
  const settings: ServeSettings = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 2379,
    tls: { ...TLS_SERVER_DEFAULTS, ...options.tls },
    connectionsMax: options.connectionsMax ?? 250,
    callsMax: options.callsMax ?? 250,
    connectionBytesMax: options.connectionBytesMax ?? 16_777_216,
    requestBytesMax: options.requestBytesMax ?? 1_572_864,
    opsMax: options.opsMax ?? 128,
    watchesMax: options.watchesMax ?? 10_000,
    streamBytesMax: options.streamBytesMax ?? 1_048_576,
    bufferBytesMax: options.bufferBytesMax ?? 67_108_864,
    progressMs: options.progressMs ?? 600_000,
    graceMs: options.graceMs ?? 5000,
    mayUse: options.mayUse ?? null,
    clock: options.clock ?? new SystemClock(),
    log: options.log ?? stderrLogger,
  }
  requireAtLeast(0, settings, 'port', 'graceMs')
  requireAtLeast(1, settings, 'connectionsMax', 'callsMax', 'requestBytesMax', 'opsMax', 'watchesMax')
  requireAtLeast(1, settings, 'streamBytesMax', 'bufferBytesMax', 'progressMs')
  requireAtLeast(1_048_576, settings, 'connectionBytesMax')
  const { host, port, tls } = settings
  if (!isLoopback(host) && (tls.cert === null || tls.key === null || tls.ca === null)) {
    throw new RangeError(
      `other machines may come in only with TLS and certificates of clients, tls.cert, tls.key and tls.ca: ` +
        `it is to listen at ${hostAndPort(host, port)}, which is no loopback address`,
    )
  }
  return settings
}
