/**
 * The way to one daemon whose address is known: a connection for what is asked, and one for what it publishes.
 *
 * Nothing tells when a subscription has reached the daemon, and what it publishes before then is lost. So the value is asked
 * for twice, at once and a moment later; and again after each gap, and when the connection is back. What was published since
 * it was asked for counts more than the answer. That the last value was lost, after which nothing comes, a beat of the daemon shows.
 */
import { types } from 'node:util'
import type { Binding, EventLoop } from '../../movement/index.js'
import { hostAndPort } from '../../net/listen.js'
import {
  Bulk,
  RequestClient,
  SubscribeClient,
  type ClientCurve,
  type ClientState,
  type Payload,
  type RequestOptions,
  type TypedArray,
} from '../../wire/index.js'
import type { CallOptions, Link, LinkState, OnceOptions } from '../model/link.js'
import { MISSED } from '../model/missed-count.js'
import type { Reading } from '../model/reading.js'
import { Hearing } from './hearing.js'
import { LinkStates } from './link-states.js'
import { Primer } from './primer.js'

/** Where a daemon is, and how it is asked. */
export interface DaemonLinkOptions {
  readonly esc: EventLoop
  /** The name of its store. */
  readonly store: string
  /** A name, or an address; one of IPv6 without brackets. */
  readonly host: string
  /** The port for requests. */
  readonly port: number
  /** The port for publications. */
  readonly pubPort: number
  readonly curve?: ClientCurve | undefined
  /** How long the daemon may take to say that it has got a request; 500 ms if it isn't given. */
  readonly ackMs?: number | undefined
  /** After how long a value is asked for once more; 1 s if it isn't given. */
  readonly settleMs?: number | undefined
  /** Told of what fails where nobody waits: a SET that isn't waited for, a value that can't be asked for. */
  readonly onError?: ((error: unknown, key: string) => void) | undefined
  /** Told of publications that never came, so many since it was told last. The daemon is told as well. */
  readonly onMissed?: ((count: number) => void) | undefined
}

/** What has no limit ends when the connection does: as long as a timer can be. */
const NO_LIMIT_MS = 2_147_483_647
const MS_PER_S = 1000
/** After how long the daemon is told of what never came, with what didn't come meanwhile. */
const TELL_MS = 1000

/** Asks one daemon, and hears what it publishes. */
export class DaemonLink implements Link {
  readonly #options: DaemonLinkOptions
  readonly #requests: RequestClient
  #publications: SubscribeClient | null = null
  /** With what it is told of, `store.key`. */
  readonly #hearings = new Map<Hearing, string>()
  readonly #primer = new Primer()
  readonly #states = new LinkStates()
  /** How many publications never came, of which was told here, */
  #noted = 0
  /** and the daemon. */
  #told = 0
  #telling: Binding | null = null

  constructor(options: DaemonLinkOptions) {
    const { esc, host, port, curve, ackMs } = options
    this.#options = options
    this.#requests = new RequestClient({
      ...{ esc, curve, ackMs, replyMs: NO_LIMIT_MS },
      address: `tcp://${hostAndPort(host, port)}`,
    })
    this.#requests.onState(() => this.#look())
  }

  /** Connected is who is heard, too, where something is listened to. */
  get state(): LinkState {
    return this.#states.current
  }

  onState(listener: (state: LinkState) => void): () => void {
    return this.#states.onState(listener)
  }

  async get(
    key: string,
    { refresh = false, ...options }: OnceOptions & { readonly refresh?: boolean },
  ): Promise<Reading> {
    return this.#readingOf(await this.#ask('GET', key, refresh ? { refresh } : undefined, options))
  }

  async set(
    key: string,
    value: unknown,
    { wait = true, ...options }: OnceOptions & { readonly wait?: boolean },
  ): Promise<unknown> {
    const { onError, esc } = this.#options
    const sent = types.isTypedArray(value) ? Bulk.of(value as TypedArray) : value
    const payload = { value: sent, time: esc.wall() / MS_PER_S }
    if (wait) {
      const answer = await this.#ask('SET', key, payload, options)
      return Object.hasOwn(answer, 'accepted') ? answer['accepted'] : value
    }
    if (onError === undefined) await this.#ask('SET', key, payload, { ...options, noReply: true })
    else this.#ask('SET', key, payload, options).catch((error: unknown) => onError(error, key))
    return value
  }

  async call(
    method: string,
    args: readonly unknown[],
    named: Record<string, unknown>,
    options: CallOptions,
  ): Promise<unknown> {
    const ending = new AbortController()
    const signal = options.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, options.signal])
    const { value = null, more } = await this.#ask('CALL', method, { args, named }, { ...options, signal })
    if (more !== true) return value
    ending.abort(new Error('nobody iterates over it'))
    throw new TypeError(`${method} answers with a stream: iterate over it where it is called`)
  }

  async *stream(
    method: string,
    args: readonly unknown[],
    named: Record<string, unknown>,
    options: CallOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    const answers = this.#requests.stream(this.#requestOf('CALL', method, { args, named }, options))
    for await (const { value = null } of answers) yield value
  }

  subscribe(key: string, listener: (reading: Reading, missed: number) => void): () => void {
    const { esc, settleMs = 1000, onError } = this.#options
    const hearing = new Hearing({
      ...{ esc, settleMs, listener, primer: this.#primer },
      read: async () => {
        const known = await this.get(key, {})
        // Nobody has looked yet, perhaps.
        return known.value === null ? await this.get(key, { refresh: true }) : known
      },
      failed: (error) => onError?.(error, key),
    })
    const target = this.#targetOf(key)
    const stop = this.#publisher().subscribe(target, (payload, missed) => {
      hearing.hear(this.#readingOf(payload), missed)
      if (missed > 0) this.#note()
    })
    this.#hearings.set(hearing, target)
    this.#look()
    return () => {
      stop()
      hearing.close()
      this.#hearings.delete(hearing)
    }
  }

  /** What waits for an answer fails. To close again does nothing. */
  close(): void {
    for (const hearing of this.#hearings.keys()) hearing.close()
    this.#hearings.clear()
    if (this.#telling !== null) this.#options.esc.cancel(this.#telling)
    this.#requests.close()
    this.#publications?.close()
    this.#look()
  }

  #publisher(): SubscribeClient {
    if (this.#publications !== null) return this.#publications
    const { host, pubPort, curve } = this.#options
    const publications = new SubscribeClient({ address: `tcp://${hostAndPort(host, pubPort)}`, curve })
    publications.onState(() => this.#look())
    publications.onMissed((missed) => {
      for (const [hearing, target] of this.#hearings) {
        const count = missed.get(target)
        if (count !== undefined) hearing.miss(count)
      }
      this.#note()
    })
    return (this.#publications = publications)
  }

  /** What never came is told here at once, and to the daemon, which can't see it, a moment later. */
  #note(): void {
    const { esc, onMissed } = this.#options
    const lost = this.#publications?.lost ?? 0
    if (lost === this.#noted) return
    onMissed?.(lost - this.#noted)
    this.#noted = lost
    this.#telling ??= esc.after(TELL_MS, () => {
      this.#telling = null
      void this.#tell()
    })
  }

  async #tell(): Promise<void> {
    const count = this.#noted - this.#told
    this.#told = this.#noted
    try {
      await this.#ask('SET', MISSED, { value: count }, { noReply: true })
    } catch {
      this.#told -= count // It is told with what never comes next.
    }
  }

  #look(): void {
    const state = together(this.#requests.state, this.#publications?.state ?? this.#requests.state)
    const isNew = state !== this.#states.current
    if (state === 'lost') for (const hearing of this.#hearings.keys()) hearing.isPrimed = false
    // Who can be asked is asked, though his publications may not be heard yet.
    else if (this.#requests.state === 'connected') {
      for (const hearing of this.#hearings.keys()) if (!hearing.isPrimed) hearing.prime()
    }
    if (isNew && state === 'connected') for (const hearing of this.#hearings.keys()) hearing.settle()
    this.#states.change(state)
  }

  #ask(
    type: RequestOptions['type'],
    key: string,
    payload: Payload | undefined,
    options: CallOptions,
  ): Promise<Payload> {
    return this.#requests.request(this.#requestOf(type, key, payload, options))
  }

  #requestOf(
    type: RequestOptions['type'],
    key: string,
    payload: Payload | undefined,
    { signal, deadlineMs, key: once, noReply }: CallOptions,
  ): RequestOptions {
    const limitMs = deadlineMs === null || deadlineMs === Infinity ? undefined : deadlineMs
    return { type, target: this.#targetOf(key), payload, signal, deadlineMs: limitMs, key: once, noReply }
  }

  /** By mKTL there is always a time: it isn't worth a failure that somebody forgot it. */
  #readingOf({ value = null, time, stale }: Payload): Reading {
    const reading = { value, time: typeof time === 'number' ? time : this.#options.esc.wall() / MS_PER_S }
    return stale === true ? { ...reading, isStale: true } : reading
  }

  #targetOf(key: string): string {
    return `${this.#options.store}.${key}`.toLowerCase()
  }
}

function together(one: ClientState, other: ClientState): LinkState {
  for (const state of ['closed', 'lost', 'connecting'] as const) if (one === state || other === state) return state
  return 'connected'
}
