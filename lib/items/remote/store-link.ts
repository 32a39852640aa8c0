/** The way to the daemons of one store: each key is one daemon's. */
import { codeOf } from '../../errors/index.js'
import { ItemError } from '../model/item-error.js'
import type { CallOptions, Link, LinkState, OnceOptions } from '../model/link.js'
import type { Reading } from '../model/reading.js'
import { LinkStates } from './link-states.js'

/** A daemon of the store, and what it has. */
export interface Member {
  readonly link: Link
  /** Its keys, in lower case. */
  readonly keys: ReadonlySet<string>
}

interface Subscription {
  readonly key: string
  readonly listener: (reading: Reading, missed: number) => void
  link: Link | null
  stop: () => void
}

/** Asks whichever daemon has the key. */
export class StoreLink implements Link {
  readonly #store: string
  readonly #subscriptions = new Set<Subscription>()
  readonly #states = new LinkStates()
  #members: readonly Member[] = []
  #stopMembers: readonly (() => void)[] = []
  #isClosed = false

  constructor(store: string) {
    this.#store = store
  }

  /** Connected as long as any of them is. */
  get state(): LinkState {
    return this.#states.current
  }

  onState(listener: (state: LinkState) => void): () => void {
    return this.#states.onState(listener)
  }

  /** These are the daemons from now on. Whoever listens to a key listens to its daemon of now. */
  replace(members: readonly Member[]): void {
    for (const stop of this.#stopMembers) stop()
    this.#members = members
    this.#stopMembers = members.map(({ link }) => link.onState(() => this.#look()))
    for (const subscription of this.#subscriptions) this.#follow(subscription)
    this.#look()
  }

  /** The link of the daemon that has a key; null if none has. Where there is one daemon only, it is asked for whatever. */
  linkOf(key: string): Link | null {
    const [only, ...others] = this.#members
    if (only !== undefined && others.length === 0) return only.link
    return this.#members.find(({ keys }) => keys.has(key.toLowerCase()))?.link ?? null
  }

  get(key: string, options: OnceOptions & { readonly refresh?: boolean }): Promise<Reading> {
    return this.#ask(key, (link) => link.get(key, options))
  }

  set(key: string, value: unknown, options: OnceOptions & { readonly wait?: boolean }): Promise<unknown> {
    return this.#ask(key, (link) => link.set(key, value, options))
  }

  /** Catalogs don't tell of methods: daemon after daemon is asked, as long as they know no such method. */
  async call(
    method: string,
    args: readonly unknown[],
    named: Record<string, unknown>,
    options: CallOptions,
  ): Promise<unknown> {
    for (const { link } of this.#members.slice(0, -1)) {
      try {
        return await link.call(method, args, named, options)
      } catch (error) {
        if (codeOf(error) !== 'ERR_NO_METHOD') throw error
      }
    }
    return await this.#last(method).call(method, args, named, options)
  }

  async *stream(
    method: string,
    args: readonly unknown[],
    named: Record<string, unknown>,
    options: CallOptions,
  ): AsyncGenerator<unknown, void, undefined> {
    for (const { link } of this.#members.slice(0, -1)) {
      try {
        yield* link.stream(method, args, named, options)
        return
      } catch (error) {
        // It comes before anything else that the daemon answers.
        if (codeOf(error) !== 'ERR_NO_METHOD') throw error
      }
    }
    yield* this.#last(method).stream(method, args, named, options)
  }

  subscribe(key: string, listener: (reading: Reading, missed: number) => void): () => void {
    const subscription: Subscription = { key, listener, link: null, stop: () => undefined }
    this.#subscriptions.add(subscription)
    this.#follow(subscription)
    return () => {
      this.#subscriptions.delete(subscription)
      subscription.stop()
    }
  }

  /** It leads nowhere from now on. The links of the daemons are closed by who made them. */
  close(): void {
    for (const stop of this.#stopMembers) stop()
    for (const { stop } of this.#subscriptions) stop()
    this.#subscriptions.clear()
    this.#members = []
    this.#isClosed = true
    this.#look()
  }

  #follow(subscription: Subscription): void {
    const { key, listener } = subscription
    const link = this.linkOf(key)
    if (link === subscription.link) return
    subscription.stop()
    subscription.link = link
    subscription.stop = link?.subscribe(key, listener) ?? (() => undefined)
  }

  #look(): void {
    const states = this.#members.map(({ link }) => link.state)
    const state =
      (['connected', 'connecting', 'lost'] as const).find((each) => states.includes(each)) ??
      (this.#isClosed ? 'closed' : 'lost')
    this.#states.change(state)
  }

  async #ask<T>(key: string, ask: (link: Link) => Promise<T>): Promise<T> {
    const link = this.linkOf(key)
    if (link !== null) return await ask(link)
    throw new ItemError('ERR_NO_ITEM', `none of the daemons of ${this.#store} has ${key}: list shows what there is`)
  }

  #last(method: string): Link {
    const link = this.#members.at(-1)?.link
    if (link !== undefined) return link
    throw new ItemError('ERR_NO_ITEM', `${this.#store} has no daemon now that could run ${method}`)
  }
}
