/** The databases that records are in, each opened once: loaded only by those whose records are in one. */
import { openKv } from '../../kv/open-kv.js'
import type { Backend } from '../../kv/backend/backend.js'
import { LeaseKeeper } from '../../kv/lease/lease-keeper.js'
import type { Logger } from '../../movement/logger.js'
import { SystemClock, type Clock } from '../../movement/loop/clock.js'
import type { Address } from './address.js'
import type { KvSettings } from './base-config.js'
import { KvRecord } from './kv-record.js'
import { Ownership } from '../../kv/lease/ownership.js'
import { reaching } from './reaching.js'

/** How databases are opened. */
export interface KvStoresOptions {
  readonly log: Logger
  readonly ttlMs: number
  readonly kv: Omit<KvSettings, 'url' | 'prefix'>
  readonly clock?: Clock
  /** Opens the database of an address. */
  readonly open?: (url: string) => Backend
}

/** The open databases. */
export class KvStores {
  readonly #log: Logger
  readonly #ttlMs: number
  readonly #clock: Clock
  readonly #open: (url: string) => Backend
  readonly #backends = new Map<string, { readonly backend: Backend; readonly leases: LeaseKeeper }>()
  readonly #records = new Map<string, KvRecord>()

  constructor(options: KvStoresOptions) {
    const { log, ttlMs, kv, clock = new SystemClock() } = options
    const { open = (url: string) => openKv(url, { log, ...reaching(kv) }) } = options
    this.#log = log
    this.#ttlMs = ttlMs
    this.#clock = clock
    this.#open = open
  }

  /**
   * The place of a record, with its name in messages. Whoever asks for the same gets the same, so that one train can leave
   * it to the next.
   */
  shelf(address: Address, name: string): KvRecord {
    const known = this.#records.get(name)
    if (known !== undefined) return known
    const { path } = address
    const { backend, leases } = this.#backendOf(address.url)
    const { engine } = backend
    const ownership = new Ownership({
      ...{ engine, leases, path, name },
      ...{ clock: this.#clock, log: this.#log, ttlMs: this.#ttlMs, rival: 'another run of the same train' },
    })
    const record = new KvRecord({ engine, ownership, path, name })
    this.#records.set(name, record)
    return record
  }

  /** Let go of all records and close the databases. It never fails. */
  async close(): Promise<void> {
    await Promise.all([...this.#records.values()].map((record) => record.release()))
    for (const { backend, leases } of this.#backends.values()) {
      await leases.close().catch(() => undefined) // What is left of them goes with time.
      await backend.close().catch((error: unknown) => this.#log.warn({ err: error }, 'could not close a database'))
    }
    this.#records.clear()
    this.#backends.clear()
  }

  #backendOf(url: string) {
    const known = this.#backends.get(url)
    if (known !== undefined) return known
    const backend = this.#open(url)
    const made = { backend, leases: new LeaseKeeper(backend.engine, this.#clock) }
    this.#backends.set(url, made)
    return made
  }
}
