/**
 * The names of running daemons in a database: `PREFIX/daemon/STORE/ALIAS`, each under a lease, so that the name of a daemon
 * that died goes by itself.
 *
 * A name belongs to the daemon whose UUID it holds. One that is started again has the UUID of before, and takes its name
 * over at once, whether the lease of its former life is over or not.
 */
import { ClosedError, toError } from '../../errors/index.js'
import type { Backend, Session } from '../../kv/index.js'
import { nameOf } from '../daemon/home.js'
import { DiscoveryError } from './discovery-error.js'
import { formatEntry, readEntry, type NameEntry } from './name-entry.js'
import { endpointOf } from './known-block.js'

/** Where the names are. */
export interface KvNamesOptions {
  readonly kv: Backend
  /** The path that they lie under; `/deadbeat` if it isn't given. */
  readonly prefix?: string
  /** How long the name of a daemon that was killed stays; 10 s if it isn't given. */
  readonly ttlMs?: number
}

/** A name that is held. */
export interface HeldName {
  /** Say something else under the same name. */
  update(entry: NameEntry): Promise<void>
  /** Give it up. */
  withdraw(): Promise<void>
}

/** The names of daemons, in a database. */
export class KvNames {
  readonly #kv: Backend
  readonly #ttlMs: number
  readonly #root: string

  constructor({ kv, prefix = '/deadbeat', ttlMs = 10_000 }: KvNamesOptions) {
    this.#kv = kv
    this.#ttlMs = ttlMs
    this.#root = `${prefix}/daemon`
  }

  /** What they are told of as. */
  get place(): string {
    return `${this.#root} of ${this.#kv.engine.name}`
  }

  /**
   * Take a name and keep it until it is withdrawn. When the database loses it, it is taken again.
   *
   * @throws {DiscoveryError} ERR_NAME_TAKEN if another daemon has it.
   * @throws {UnavailableError} If the database can't be reached.
   */
  async register(entry: NameEntry): Promise<HeldName> {
    const kv = this.#kv
    const { store, alias } = entry.block
    const path = this.#pathOf(store, alias)
    let now = entry
    const session: Session = await kv.session({
      ttlMs: this.#ttlMs,
      enter: (lease) =>
        kv.transact(async (txn) => {
          requireOwn(await txn.get(path), now)
          await txn.put(path, formatEntry(now), { lease })
        }),
      onError: (error) => kv.log.warn({ err: error, path }, `the name ${store} ${alias} was lost: ${error.message}`),
    })
    return {
      update: async (next) => {
        now = next
        const { lease } = session
        if (lease !== null) await kv.put(path, formatEntry(next), { lease })
      },
      withdraw: () => session.close(),
    }
  }

  /** The daemons of a store that have a name. An entry that can't be used is told in the log. */
  async of(store: string): Promise<NameEntry[]> {
    const [entries] = await this.#kv.listKeys(`${this.#root}/${nameOf('store', store)}/`, { withValues: true })
    return entries.flatMap(([path, value]) => this.#read(path, value))
  }

  /** All daemons that have a name. */
  async all(): Promise<NameEntry[]> {
    const [entries] = await this.#kv.listKeys(`${this.#root}/`, { withValues: true, recurse: [1] })
    return entries.flatMap(([path, value]) => this.#read(path, value))
  }

  /** Be told whenever a name of a store comes, changes or goes. Answers how to stop. */
  watch(store: string, listener: () => void): () => void {
    const watch = this.#kv.watch(`${this.#root}/${nameOf('store', store)}/`, { prefix: true })
    const follow = async (): Promise<void> => {
      for (let { done } = await watch.next(); done !== true; { done } = await watch.next()) listener()
    }
    follow().catch((error: unknown) => {
      if (error instanceof ClosedError) return
      this.#kv.log.warn(
        { err: error, store },
        `the names of ${store} are not watched any more: ${toError(error).message}`,
      )
    })
    return () => watch.close()
  }

  #pathOf(store: string, alias: string): string {
    return `${this.#root}/${nameOf('store', store)}/${nameOf('alias', alias)}`
  }

  #read(path: string, value: string): NameEntry[] {
    try {
      const entry = readEntry(value)
      if (path !== this.#pathOf(entry.block.store, entry.block.alias))
        throw new RangeError('it is the entry of another name')
      return [entry]
    } catch (error) {
      this.#kv.log.warn({ err: error, path }, `${path} is passed over: ${toError(error).message}`)
      return []
    }
  }
}

function requireOwn(held: string | null, { block }: NameEntry): void {
  const other = held === null ? null : tryRead(held)
  if (other === null || other.block.uuid === block.uuid) return
  const { host, pid } = other.process
  const at = endpointOf(other.block)
  throw new DiscoveryError(
    'ERR_NAME_TAKEN',
    `the name ${block.store} ${block.alias} belongs to another daemon, process ${pid} on ${host} at ${at?.hostname}:${at?.rep}: stop that one, or give this one another alias`,
  )
}

/** What can't be read belongs to nobody. */
function tryRead(text: string): NameEntry | null {
  try {
    return readEntry(text)
  } catch {
    return null
  }
}
