/** A link to a store of the same process: a proxy's other side, without sockets. */
import type { CallOptions, Link, LinkState, Reading, Store } from '../../lib/items/index.js'
import { SCHEMA, schemaOf } from '../../lib/items/proxy/schema.js'

/** Asks the store; `asked` keeps how. */
export class StoreLink implements Link {
  readonly asked: { what: string; key: string; options: CallOptions & { refresh?: boolean; wait?: boolean } }[] = []
  readonly state: LinkState = 'connected'
  /** What a SET waits for before it begins. */
  gate: Promise<unknown> = Promise.resolve()
  isClosed = false
  readonly #store: Store
  readonly #listeners = new Set<(state: LinkState) => void>()

  constructor(store: Store) {
    this.#store = store
  }

  async get(key: string, options: CallOptions & { refresh?: boolean }): Promise<Reading> {
    this.asked.push({ what: 'get', key, options })
    if (key === SCHEMA) return { value: schemaOf(this.#store), time: 0 }
    return await this.#store.item(key).read(options)
  }

  async set(key: string, value: unknown, options: CallOptions & { wait?: boolean }): Promise<unknown> {
    this.asked.push({ what: 'set', key, options })
    await this.gate
    return await this.#store.item(key).set(value, options)
  }

  async call(key: string, args: readonly unknown[], named: object, options: CallOptions): Promise<unknown> {
    this.asked.push({ what: 'call', key, options })
    return await this.#run(key, args, named)
  }

  async *stream(key: string, args: readonly unknown[], named: object, options: CallOptions): AsyncGenerator {
    this.asked.push({ what: 'stream', key, options })
    yield* (await this.#run(key, args, named)) as AsyncIterable<unknown>
  }

  subscribe(key: string, listener: (reading: Reading, missed: number) => void): () => void {
    return this.#store.item(key).subscribe((value, timeMs) => listener({ value, time: timeMs / 1000 }, 0))
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  go(state: LinkState): void {
    for (const listener of this.#listeners) listener(state)
  }

  #run(key: string, args: readonly unknown[], named: object): unknown {
    const [, method] = [...this.#store.methods].find(([name]) => name.toLowerCase() === key) ?? []
    if (method === undefined) throw new TypeError(`no ${key}`)
    const context = { signal: new AbortController().signal, principal: { kind: 'anonymous' } as const }
    return method.call(args, named as Record<string, unknown>, context)
  }
}
