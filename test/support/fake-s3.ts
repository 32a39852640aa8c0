/**
 * A small store that speaks as S3 does, path style, and checks signatures by its own reading of the rules: PUT and GET of
 * objects with `If-Match` and `If-None-Match`. What it doesn't know it refuses.
 */
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a request: an answer of 503 without an effect, a broken connection without or with one, one that says nothing. */
export type S3Fault = 'busy' | 'cut' | 'unanswered' | 'silent'

const KEYS = { accessKeyId: 'AKID', secretAccessKey: 'secret/key' }
const REGION = 'eu-test-1'
const SKEW_MS = 15 * 60_000

/** Start one. */
export async function startFakeS3({ bucket = 'bucket', wall = () => Date.now(), knowsConditions = true } = {}) {
  const objects = new Map<string, Buffer>()
  const faults: (S3Fault | null)[] = []
  const asked: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await request.toArray())
      const fault = faults.shift() ?? null
      asked.push(`${request.method} ${request.url}`)
      if (fault === 'busy') refuse(response, 503, 'SlowDown')
      else if (fault === 'cut') request.socket.destroy()
      else {
        const answer = answerOf(request, body)
        if (fault === 'unanswered') request.socket.destroy()
        else if (fault === null) answer(response)
      }
    })()
  })

  function answerOf(request: IncomingMessage, body: Buffer): (response: ServerResponse) => void {
    const { method = '', url = '', headers } = request
    const why = wrongWith(method, url, headers as Record<string, string>, body, wall())
    if (why !== null) return (response) => refuse(response, 403, why)
    const name = decodeURIComponent(url).replace(/^\/([^/]*)\//, '')
    if (!url.startsWith(`/${bucket}/`)) return (response) => refuse(response, 404, 'NoSuchBucket')
    const found = objects.get(name)
    if (method === 'GET') {
      if (found === undefined) return (response) => refuse(response, 404, 'NoSuchKey')
      return (response) => response.writeHead(200, { etag: etagOf(found) }).end(found)
    }
    if (method !== 'PUT') return (response) => refuse(response, 405, 'MethodNotAllowed')
    const wanted = knowsConditions ? headers['if-match'] : undefined
    if (wanted !== undefined && found === undefined) return (response) => refuse(response, 404, 'NoSuchKey')
    const isRight =
      (wanted === undefined || (found !== undefined && wanted === etagOf(found))) &&
      (headers['if-none-match'] !== '*' || found === undefined || !knowsConditions)
    if (!isRight) return (response) => refuse(response, 412, 'PreconditionFailed')
    objects.set(name, body)
    return (response) => response.writeHead(200, { etag: etagOf(body) }).end()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ bucket, region: REGION, keys: KEYS, objects, faults, asked },
    async stop(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It was ${code}.</Message></Error>`
  response.writeHead(status, { 'content-type': 'application/xml' }).end(text)
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`
}

/** What is wrong with a signature, by the documentation of Signature Version 4; null: nothing. */
function wrongWith(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  wallMs: number,
): string | null {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    )
  if (given === null) return 'AccessDenied'
  const [, id, day = '', region = '', signedHeaders = '', signature] = given
  if (id !== KEYS.accessKeyId) return 'InvalidAccessKeyId'
  if (region !== REGION) return 'AuthorizationHeaderMalformed'
  const stamp = headers['x-amz-date'] ?? ''
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp)
  if (at === null || !stamp.startsWith(day)) return 'AccessDenied'
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = at.slice(1).map(Number)
  if (Math.abs(Date.UTC(year, month - 1, date, hour, minute, second) - wallMs) > SKEW_MS) return 'RequestTimeTooSkewed'
  const hash = createHash('sha256').update(body).digest('hex')
  if (headers['x-amz-content-sha256'] !== hash) return 'XAmzContentSHA256Mismatch'
  const list = signedHeaders.split(';')
  if (!list.includes('host') || Object.keys(headers).some((name) => name.startsWith('x-amz-') && !list.includes(name)))
    return 'AccessDenied'
  let text = `${method}\n${target}\n\n`
  for (const name of list) text += `${name}:${headers[name]}\n`
  text += `\n${signedHeaders}\n${hash}`
  const scope = `${day}/${region}/s3/aws4_request`
  const digest = createHash('sha256').update(text).digest('hex')
  let key: Buffer = Buffer.from(`AWS4${KEYS.secretAccessKey}`)
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  const right = createHmac('sha256', key).update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${digest}`).digest('hex')
  return right === signature ? null : 'SignatureDoesNotMatch'
}
