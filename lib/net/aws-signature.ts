/** Signature Version 4 of AWS, by which S3 and what speaks like it knows who asks. */
import { createHash, createHmac } from 'node:crypto'

/** Who asks. */
export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of keys that last for a time; null: they have none. */
  readonly sessionToken?: string | null
}

/** What is asked. */
export interface AwsRequest {
  readonly method: string
  /** Its path is escaped already, as it travels. */
  readonly url: URL
  /** They are signed, all of them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Where and when. */
export interface AwsScope {
  readonly keys: AwsKeys
  readonly region: string
  /** `s3`, if it isn't given. */
  readonly service?: string
  /** Of the wall clock, in ms since the Unix epoch. */
  readonly wallMs: number
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/**
 * The headers of a request with those that sign it.
 *
 * @example
 * const url = new URL('http://127.0.0.1:9000/bucket/key')
 * const keys = { accessKeyId: 'id', secretAccessKey: 'secret' }
 * const headers = signAws({ method: 'GET', url, headers: {}, body: Buffer.alloc(0) }, { keys, region: 'us-east-1', wallMs: 0 })
 * assert.match(headers.authorization, /^AWS4-HMAC-SHA256 Credential=id\/19700101\/us-east-1\/s3\/aws4_request, SignedHeaders=host;/)
 */
export function signAws(request: AwsRequest, scope: AwsScope): Record<string, string> {
  const { keys, region, service = 's3', wallMs } = scope
  const time = new Date(wallMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const place = [time.slice(0, 8), region, service, 'aws4_request']
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-content-sha256': sha256(request.body),
    'x-amz-date': time,
    ...(keys.sessionToken && { 'x-amz-security-token': keys.sessionToken }),
  }
  const names = Object.keys(headers).sort()
  const canonical = [
    ...[request.method, request.url.pathname, canonicalQuery(request.url.searchParams)],
    ...names.map((name) => `${name}:${(headers[name] as string).trim().replace(/ +/g, ' ')}`),
    ...['', names.join(';'), headers['x-amz-content-sha256']],
  ].join('\n')
  const toSign = [ALGORITHM, time, place.join('/'), sha256(Buffer.from(canonical))].join('\n')
  const key = place.reduce<string | Buffer>((before, part) => hmac(before, part), `AWS4${keys.secretAccessKey}`)
  const signature = hmac(key, toSign).toString('hex')
  const credential = `${keys.accessKeyId}/${place.join('/')}`
  headers['authorization'] =
    `${ALGORITHM} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return headers
}

/**
 * The path of a URL for the name of an object: everything is escaped but letters, digits, `-`, `.`, `_`, `~` and the slashes.
 *
 * @example
 * assert.equal(awsPath("a b/é'*"), '/a%20b/%C3%A9%27%2A')
 */
export function awsPath(name: string): string {
  return `/${name.split('/').map(escaped).join('/')}`
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&')
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
