/** Publishes batches: all of a batch at once, and then the acknowledgements of the server, in any order. */
import type { Msg, MsgHdrs, Subscription } from '@nats-io/transport-node'
import { DeadbeatError, toError } from '../errors/index.js'
import { Refused, type BatchChannel } from '../net/batch-sender.js'
import type { NetLoop } from '../net/loop.js'
import type { Link } from './session.js'

/** What is published. */
export interface Publication {
  readonly subject: string
  readonly payload: Uint8Array
  /** By which the server knows a repeat; null: it takes all. */
  readonly id: string | null
  /** Whether the server has it: then it isn't sent again when another one of its batch failed. */
  isStored?: boolean
}

/** How long an answer may take. */
export interface PublisherOptions {
  readonly requestMs: number
}

/** What the server answers. */
interface Answer {
  readonly duplicate?: boolean
  readonly error?: { readonly code?: number; readonly err_code?: number; readonly description?: string }
}

/** Refusals that come again whenever it is tried: of the size, of headers, of what a stream is said to be. */
const FOR_GOOD = new Set([10054, 10060, 10097])

/** The channel. */
export class Publisher implements BatchChannel<Publication> {
  readonly name: string
  /** How many messages the server knew already. */
  duplicates = 0
  private readonly loop: NetLoop
  private readonly options: PublisherOptions
  private readonly whenClosed: () => void
  private link: Link | null = null
  private subscription: Subscription | null = null
  private inbox = ''
  /** Counts the batches: what is answered to an earlier one is nobody's business any more. */
  private round = 0
  private batch: readonly Publication[] = []
  private open = 0
  private refusals = new Map<number, Error>()
  private failure: Error | null = null
  private settle: { resolve: () => void; reject: (error: Error) => void } | null = null
  private whenConnected: (() => void) | null = null

  constructor(loop: NetLoop, name: string, options: PublisherOptions, whenClosed: () => void) {
    this.loop = loop
    this.name = name
    this.options = options
    this.whenClosed = whenClosed
  }

  connected(link: Link): void {
    this.link = link
    this.inbox = link.transport.createInbox()
    this.subscription = link.nc.subscribe(`${this.inbox}.>`, {
      callback: (error, message) => {
        if (error !== null) this.fail(toError(error))
        else this.answered(message)
      },
    })
    this.whenConnected?.()
  }

  lost(error: Error): void {
    this.link = this.subscription = null
    this.fail(error)
  }

  close(): void {
    this.subscription?.unsubscribe()
    this.whenClosed()
  }

  async send(batch: readonly Publication[]): Promise<void> {
    if (this.link === null) await new Promise<void>((resolve) => (this.whenConnected = resolve))
    this.whenConnected = null
    const { requestMs } = this.options
    const late = this.loop.after(requestMs, () => {
      const message = `${this.open} of ${batch.length} messages were not acknowledged within requestMs (${requestMs} ms)`
      this.fail(new DeadbeatError('ETIMEDOUT', message))
    })
    try {
      await new Promise<void>((resolve, reject) => {
        this.settle = { resolve, reject }
        this.publish(batch)
      })
    } finally {
      this.settle = null
      this.loop.cancel(late)
    }
  }

  private publish(batch: readonly Publication[]): void {
    const { nc, transport } = this.link as Link
    this.batch = batch
    this.round += 1
    this.refusals = new Map()
    this.failure = null
    this.open = batch.length
    const answers = `${this.inbox}.${this.round}.`
    batch.forEach(({ subject, payload, id, isStored }, place) => {
      if (isStored === true) {
        this.over()
        return
      }
      let headers: MsgHdrs | null = null
      if (id !== null) {
        headers = transport.headers()
        headers.set('Nats-Msg-Id', id)
      }
      try {
        nc.publish(subject, payload, { reply: answers + String(place), ...(headers === null ? {} : { headers }) })
      } catch (error) {
        // Larger than the server takes at all, or a subject that is none.
        this.refusals.set(place, toError(error))
        this.over()
      }
    })
  }

  private answered(message: Msg): void {
    const [round, place] = message.subject.slice(this.inbox.length + 1).split('.')
    if (Number(round) !== this.round) return
    const publication = this.batch[Number(place)]
    if (publication === undefined) return
    if (message.headers?.code === 503)
      this.failure = new DeadbeatError('ERR_NO_STREAM', `no stream takes ${publication.subject}`)
    else this.judge(message.json(), publication, Number(place))
    this.over()
  }

  private judge({ duplicate, error }: Answer, publication: Publication, place: number): void {
    if (error === undefined) {
      publication.isStored = true
      if (duplicate === true) this.duplicates += 1
      return
    }
    const { err_code = 0, description = 'the server refuses' } = error
    const refusal = new DeadbeatError('ERR_REFUSED', `${description} (${err_code})`)
    if (FOR_GOOD.has(err_code)) this.refusals.set(place, refusal)
    else this.failure = refusal
  }

  private over(): void {
    this.open -= 1
    if (this.open > 0) return
    const [first] = this.refusals.values()
    if (this.failure !== null) this.settle?.reject(this.failure)
    else if (first === undefined) this.settle?.resolve()
    else this.settle?.reject(new Refused(first.message, { cause: first, places: [...this.refusals.keys()] }))
  }

  private fail(error: Error): void {
    this.round += 1
    this.settle?.reject(error)
  }
}
