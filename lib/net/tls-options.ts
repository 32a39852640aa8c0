/** TLS as an operator sets it, and as Node wants it. */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions, TlsOptions } from 'node:tls'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'

/** Configuration insert: TLS of a socket that listens. It speaks TLS once it has a certificate. */
export const tlsServerConfig = {
  cert: { doc: 'The file of the certificate, with its chain, in PEM; not set: no TLS.', format: 'path', default: null },
  key: { doc: 'The file of its private key, in PEM.', format: 'path', default: null },
  ca: {
    doc: 'A file of certificates in PEM, one of which must have signed that of the client; not set: a client needs none.',
    format: 'path',
    default: null,
  },
} as const

/** Configuration insert: TLS of a connection that is made. The certificate of the other end must be valid. */
export const tlsClientConfig = {
  on: { doc: 'Whether to speak TLS.', format: 'boolean', default: false },
  ca: {
    doc: "A file of certificates in PEM that may have signed the other end's; not set: those that Node knows.",
    format: 'path',
    default: null,
  },
  cert: { doc: 'The file of the certificate to show, in PEM; not set: none.', format: 'path', default: null },
  key: { doc: 'The file of its private key, in PEM.', format: 'path', default: null },
  serverName: {
    doc: "The name that the other end's certificate must have; not set: the host.",
    format: 'text',
    default: null,
  },
} as const

/** TLS of a socket that listens. */
export interface TlsServerSettings {
  readonly cert: string | null
  readonly key: string | null
  readonly ca: string | null
}

/** TLS of a connection that is made. */
export interface TlsClientSettings extends TlsServerSettings {
  readonly on: boolean
  readonly serverName: string | null
}

/** The defaults of `tlsServerConfig`: no TLS. */
export const TLS_SERVER_DEFAULTS: TlsServerSettings = { cert: null, key: null, ca: null }

/** The defaults of `tlsClientConfig`: no TLS. */
export const TLS_CLIENT_DEFAULTS: TlsClientSettings = { on: false, cert: null, key: null, ca: null, serverName: null }

/**
 * What Node needs to listen; null for no TLS. Reads the files.
 *
 * @throws {DeadbeatError} If only one of certificate and key is set, a file can't be read, or there is only a `ca`.
 * @example
 * assert.equal(tlsServerOptions(TLS_SERVER_DEFAULTS), null)
 */
export function tlsServerOptions(settings: TlsServerSettings): TlsOptions | null {
  const { cert, ca } = settings
  if (cert === null && ca !== null)
    throw new DeadbeatError('ERR_TLS', 'tls.ca is set, and tls.cert is not: without a certificate there is no TLS')
  const own = pair(settings)
  if (own === null) return null
  return ca === null ? own : { ...own, ca: read('ca', ca), requestCert: true, rejectUnauthorized: true }
}

/**
 * What Node needs to connect; null for no TLS. Reads the files.
 *
 * @throws {DeadbeatError} As `tlsServerOptions`.
 * @example
 * assert.deepEqual(tlsClientOptions({ ...TLS_CLIENT_DEFAULTS, on: true, serverName: 'a.example' }), { servername: 'a.example' })
 */
export function tlsClientOptions(settings: TlsClientSettings): ConnectionOptions | null {
  const { on, ca, serverName } = settings
  if (!on) return null
  return {
    ...pair(settings),
    ...(ca === null ? {} : { ca: read('ca', ca) }),
    ...(serverName === null ? {} : { servername: serverName }),
  }
}

function pair({ cert, key }: TlsServerSettings): { cert: Buffer; key: Buffer } | null {
  if ((cert === null) !== (key === null)) {
    const [set, missing] = cert === null ? ['key', 'cert'] : ['cert', 'key']
    throw new DeadbeatError(
      'ERR_TLS',
      `tls.${missing} must be set where tls.${set} is: one is of no use without the other`,
    )
  }
  return cert === null || key === null ? null : { cert: read('cert', cert), key: read('key', key) }
}

function read(name: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const message = `cannot read tls.${name}: ${toError(error).message}`
    throw new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error })
  }
}
