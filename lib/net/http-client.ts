/** Asks an HTTP server, and waits no longer than it may. */
import { Agent, request as requestPlain, type IncomingHttpHeaders } from 'node:http'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import { DeadbeatError } from '../errors/index.js'
import type { NetLoop } from './loop.js'

/** How much of an answer is kept if nothing else was asked for: enough to say what was wrong. */
const ANSWER_MAX = 65_536

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The first 64 KiB. */
  readonly text: string
  /** As much of it as was asked for. */
  readonly bytes: Buffer
  /** How long it was, in bytes. */
  readonly size: number
}

/** One question. */
export interface HttpQuestion {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly timeoutMs: number
  /** What else of that server is asked for; the client's own URL if it isn't given. */
  readonly url?: URL
  /** How many bytes of the answer are wanted; 64 KiB if it isn't given. */
  readonly answerMax?: number
}

/** Connections to one URL, which stay open between questions. */
export class HttpClient {
  private readonly loop: NetLoop
  private readonly url: URL
  private readonly agent: Agent | SecureAgent

  constructor(loop: NetLoop, url: string, tls: ConnectionOptions | null) {
    this.loop = loop
    this.url = new URL(url)
    const keep = { keepAlive: true, maxSockets: 1 }
    this.agent = this.url.protocol === 'https:' ? new SecureAgent({ ...keep, ...tls }) : new Agent(keep)
  }

  /** @throws {Error} If no answer came, with the system's code; ETIMEDOUT if it took too long. */
  ask({ method, headers, body, timeoutMs, url = this.url, answerMax = ANSWER_MAX }: HttpQuestion): Promise<HttpAnswer> {
    const request = this.url.protocol === 'https:' ? requestSecure : requestPlain
    return new Promise((resolve, reject) => {
      const length = { 'content-length': String(body.length) }
      const asking = request(url, { method, agent: this.agent, headers: { ...headers, ...length } })
      const tooLate = new DeadbeatError('ETIMEDOUT', `no answer within timeoutMs (${timeoutMs} ms)`)
      const timer = this.loop.after(timeoutMs, () => asking.destroy(tooLate))
      const fail = (error: Error): void => {
        this.loop.cancel(timer)
        reject(error)
      }
      asking.on('error', fail)
      asking.on('response', (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('error', fail)
        response.on('data', (chunk: Buffer) => {
          if (size < answerMax) chunks.push(chunk)
          size += chunk.length
        })
        response.on('end', () => {
          this.loop.cancel(timer)
          const bytes = Buffer.concat(chunks).subarray(0, answerMax)
          const text = bytes.toString('utf8', 0, ANSWER_MAX)
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, bytes, size })
        })
      })
      asking.end(body)
    })
  }

  /** Close every connection. */
  close(): void {
    this.agent.destroy()
  }
}

/**
 * After how many ms a server wants to be asked again, by its Retry-After: seconds, or a date. 0 if it doesn't say.
 *
 * @example
 * assert.equal(retryAfterMs('2', 0), 2000)
 * assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:03 GMT', 1000), 2000)
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0
  if (/^\d+$/.test(header)) return Number(header) * 1000
  const timeMs = Date.parse(header)
  return Number.isNaN(timeMs) ? 0 : Math.max(0, timeMs - nowMs)
}
