/** A connection to NATS of which a test sees what is published, and says what comes. */
import type { Link } from '../../lib/stream/session.js'

/** What was published. */
export interface Published {
  readonly subject: string
  readonly payload: string
  readonly reply: string
  readonly id: string | null
  /** The id of the message that must be the last in the stream. */
  readonly follows: string | null
}

/** The connection. */
export class FakeNats {
  readonly published: Published[] = []
  /** Where the answers go. */
  inbox = ''
  failNext: Error | null = null
  isClosed = false
  /** Whether the server answers that nothing more comes. */
  drains = true
  /** Ends it, as where the server is gone. */
  close: () => void = () => undefined
  #inboxes = 0
  #hear: (error: Error | null, message: unknown) => void = () => undefined

  readonly #closed = new Promise<void>((resolve) => (this.close = resolve))
  readonly #drained = () => (this.drains ? Promise.resolve() : new Promise<void>(() => undefined))

  readonly link = {
    nc: {
      isClosed: () => this.isClosed,
      closed: () => this.#closed,
      subscribe: (subject: string, { callback }: { callback: (error: Error | null, message: unknown) => void }) => {
        this.inbox = subject
        this.#hear = callback
        const silence = () => (this.#hear = () => undefined)
        return { getSubject: () => subject, unsubscribe: silence, drain: () => this.#drained() }
      },
      publish: (
        subject: string,
        payload: string | Uint8Array,
        about: { reply?: string; headers?: { encode: () => Uint8Array } } = {},
      ) => {
        const { failNext } = this
        this.failNext = null
        if (failNext !== null) throw failNext
        const fields = Buffer.from(about.headers?.encode() ?? '').toString()
        const of = (name: string) => new RegExp(`\\r\\n${name}: (.*)\\r\\n`).exec(fields)?.[1] ?? null
        this.published.push({
          ...{ subject, payload: Buffer.from(payload).toString(), reply: about.reply ?? '' },
          ...{ id: of('Nats-Msg-Id'), follows: of('Nats-Expected-Last-Msg-Id') },
        })
      },
    },
    transport: { createInbox: () => `_INBOX.${++this.#inboxes}` },
  } as unknown as Link

  /** Something comes, with headers. */
  hear(subject: string, data = '', { reply = '', ...fields }: Record<string, string | number> = {}): void {
    // What comes of a stream has the subject that it was published to; answers have that of whoever asked.
    if (this.inbox.endsWith('*') && !subject.startsWith(this.inbox.slice(0, -1))) return
    const headers = Object.keys(fields).length > 0 ? new FakeHeaders(fields) : undefined
    this.#hear(null, { subject, data: Buffer.from(data), reply, headers, json: () => JSON.parse(data) as unknown })
  }

  break(error: Error): void {
    this.#hear(error, null)
  }
}

class FakeHeaders {
  readonly #fields: Record<string, string | number>

  constructor(fields: Record<string, string | number> = {}) {
    this.#fields = { ...fields }
  }

  get code(): unknown {
    return this.#fields['code'] ?? 0
  }

  get description(): unknown {
    return this.#fields['description'] ?? ''
  }

  get(name: string): string {
    return String(this.#fields[name] ?? '')
  }
}
