/**
 * What a registry knows: the blocks of all daemons that were announced to it, or that it found.
 *
 * Whoever announces is believed, unless somebody who lives has the place: a daemon that has the same name, or one of the
 * same items. The rules are those of mKTL's registry. Where they ask for `override`, a daemon that was started anew with its
 * own UUID needs none: it only has to be dead where it was.
 */
import type { Logger } from '../../movement/index.js'
import type { Verdict } from './asking.js'
import type { CacheFiles } from './cache-files.js'
import { DiscoveryError } from './discovery-error.js'
import { endpointOf, isSameBlock, readBlock, type Endpoint, type KnownBlock } from './known-block.js'

/** What the book works with. */
export interface RegistryBookOptions {
  readonly log: Logger
  /** Where blocks outlast the process. */
  readonly cache: Pick<CacheFiles, 'stores' | 'read' | 'write' | 'remove'>
  /** Asks a daemon whether it is there. */
  readonly confirm: (block: KnownBlock) => Promise<Verdict>
  /** Where the registry itself is, once it is. */
  readonly self: () => { readonly hostname: string; readonly rep: number } | null
  /** How many daemons it has room for; 10,000 if it isn't given. */
  readonly blocksMax?: number
  /** How often in a row a daemon may fail to answer until it is forgotten; 3 if it isn't given. */
  readonly missesMax?: number
  /** How many daemons are asked at a time, each by a connection of its own; 32 if it isn't given. */
  readonly probesMax?: number
}

interface Known {
  block: KnownBlock
  misses: number
}

/** The blocks of a registry. */
export class RegistryBook {
  readonly #options: Required<RegistryBookOptions>
  readonly #stores = new Map<string, Map<string, Known>>()
  /** One after the other: what the one before has changed counts for the next. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: RegistryBookOptions) {
    this.#options = { blocksMax: 10_000, missesMax: 3, probesMax: 32, ...options }
  }

  /** How many daemons are known. */
  get size(): number {
    return this.#all().length
  }

  get stores(): readonly string[] {
    return [...this.#stores.keys()]
  }

  /** The blocks of a store by their UUIDs; null if none is known. */
  catalog(store: string): Readonly<Record<string, KnownBlock>> | null {
    const known = this.#stores.get(store)
    if (known === undefined) return null
    // What a client of this user found is in the same files, and by nobody handed on yet.
    return Object.fromEntries([...known].map(([uuid, { block }]) => [uuid, this.#signed(block)]))
  }

  /** The hashes of a store by UUIDs; null if none is known. */
  hashes(store: string): Readonly<Record<string, KnownBlock['hash']>> | null {
    const known = this.#stores.get(store)
    return known === undefined ? null : Object.fromEntries([...known].map(([uuid, { block }]) => [uuid, block.hash]))
  }

  /** Remember what was known when the registry ran before. Whether it is still so shows when each is asked. */
  async load(): Promise<void> {
    const { cache } = this.#options
    for (const store of await cache.stores()) {
      for (const block of await cache.read(store)) if (endpointOf(block) !== null) this.#put(block)
    }
  }

  /**
   * A daemon, or a registry, says that a daemon is there.
   *
   * @throws {DiscoveryError} ERR_NAME_TAKEN if another one lives in its place; ERR_BLOCK if it is no block.
   */
  announce(sent: unknown): Promise<void> {
    const done = this.#turn.then(() => this.#take(readBlock(sent)))
    this.#turn = done.catch(() => undefined) // Told to who announced.
    return done
  }

  /** Ask each daemon whether it is there. Who isn't what the block says, or fails to answer too often, is forgotten. */
  async probe(): Promise<void> {
    const waiting = this.#all()
    const probeNext = async (): Promise<void> => {
      for (let known = waiting.shift(); known !== undefined; known = waiting.shift()) await this.#probe(known)
    }
    await Promise.all(Array.from({ length: this.#options.probesMax }, probeNext))
  }

  async #probe(known: Known): Promise<void> {
    const { confirm, missesMax, log } = this.#options
    const { block } = known
    const verdict = await confirm(block)
    if (this.#find(block) !== known || known.block !== block) return // It was announced meanwhile.
    known.misses = verdict.is === 'silent' ? known.misses + 1 : 0
    if (verdict.is === 'live') await this.#refresh(known, verdict.located.block)
    if (verdict.is === 'live' || (verdict.is === 'silent' && known.misses < missesMax)) return
    log.info(
      { store: block.store, alias: block.alias, uuid: block.uuid },
      `${nameOf(block)} is forgotten: it ${verdict.is === 'gone' ? 'is not there any more' : 'does not answer'}`,
    )
    await this.#drop(block)
  }

  async #take(block: KnownBlock): Promise<void> {
    const self = this.#options.self()
    if (self !== null && block.provenance.some(({ hostname, rep }) => hostname === self.hostname && rep === self.rep))
      return
    const known = this.#find(block)
    if (endpointOf(block) === null)
      throw new DiscoveryError(
        'ERR_BLOCK',
        `${nameOf(block)} must say where it is: its block names no port for publications`,
      )
    await this.#requirePlace(block, known)
    if (known !== null) known.misses = 0
    if (known !== null && isSameBlock(known.block, block) && isSamePlace(known.block, block)) return
    // A daemon knows best what it is. Of what others pass on the newest counts.
    if (known !== null && block.provenance.length > 1 && block.time <= known.block.time) return
    await this.#requireKeys(block)
    const { blocksMax } = this.#options
    if (known === null && this.size >= blocksMax)
      throw new DiscoveryError(
        'ERR_NAME_TAKEN',
        `the registry has room for blocksMax (${blocksMax}) daemons, and is full`,
      )
    await this.#store(block)
  }

  /** The place of the same daemon, or of one with its name, must be the same, or free. */
  async #requirePlace(block: KnownBlock, known: Known | null): Promise<void> {
    if (block.provenance.length > 1) return
    const before =
      known ?? this.#all().find((each) => each.block.store === block.store && each.block.alias === block.alias)
    if (before === undefined || isSamePlace(before.block, block)) return
    await this.#requireGone(before.block, block, 'has its name', known !== null)
  }

  async #requireKeys(block: KnownBlock): Promise<void> {
    for (const { block: other } of this.#all()) {
      if (other.store !== block.store || other.uuid === block.uuid) continue
      const key = Object.keys(block.items).find((each) => Object.hasOwn(other.items, each))
      if (key !== undefined) await this.#requireGone(other, block, `has the item ${key}`, false)
    }
  }

  /** Who is in the way may be passed over if it is dead, and the new one says so or is the same. */
  async #requireGone(other: KnownBlock, block: KnownBlock, why: string, isSelf: boolean): Promise<void> {
    const { hostname, rep } = endpointOf(other) as Endpoint
    const refusal = (what: string): DiscoveryError =>
      new DiscoveryError(
        'ERR_NAME_TAKEN',
        `${nameOf(block)} is refused: another daemon, ${nameOf(other)} at ${hostname}:${rep}, ${why}${what}`,
      )
    if (!isSelf && block.override !== true) throw refusal(': stop it, or say override if it is dead')
    if ((await this.#options.confirm(other)).is === 'live') throw refusal(', and it lives')
    await this.#drop(other)
  }

  async #refresh(known: Known, block: KnownBlock): Promise<void> {
    if (!isSameBlock(known.block, block)) await this.#store({ ...block, provenance: known.block.provenance })
  }

  async #store({ override: _override, ...block }: KnownBlock): Promise<void> {
    const { cache, log } = this.#options
    const passed = this.#signed(block)
    this.#put(passed)
    log.info({ store: block.store, alias: block.alias, uuid: block.uuid }, `${nameOf(block)} is known`)
    await cache.write(passed).catch((error: unknown) => {
      log.warn({ err: error }, `${nameOf(block)} will be forgotten when the registry stops: it can't be written`)
    })
  }

  /** A block as it is handed on: with who handed it on. */
  #signed(block: KnownBlock): KnownBlock {
    const self = this.#options.self()
    const { provenance } = block
    if (self === null || provenance.some(({ hostname, rep }) => hostname === self.hostname && rep === self.rep))
      return block
    const stratum = Math.max(...provenance.map((each) => each.stratum)) + 1
    return { ...block, provenance: [...provenance, { stratum, ...self }] }
  }

  async #drop(block: KnownBlock): Promise<void> {
    const store = this.#stores.get(block.store)
    store?.delete(block.uuid)
    if (store?.size === 0) this.#stores.delete(block.store)
    await this.#options.cache.remove(block).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, `the file of ${nameOf(block)} can't be removed`)
    })
  }

  #put(block: KnownBlock): void {
    const store = this.#stores.get(block.store) ?? new Map<string, Known>()
    this.#stores.set(block.store, store)
    store.set(block.uuid, { block, misses: 0 })
  }

  #find({ store, uuid }: KnownBlock): Known | null {
    return this.#stores.get(store)?.get(uuid) ?? null
  }

  #all(): Known[] {
    return [...this.#stores.values()].flatMap((store) => [...store.values()])
  }
}

function nameOf({ store, alias }: KnownBlock): string {
  return `${store}.${alias}`
}

function isSamePlace(one: KnownBlock, other: KnownBlock): boolean {
  const [a, b] = [endpointOf(one), endpointOf(other)]
  return a !== null && b !== null && a.hostname === b.hostname && a.rep === b.rep && a.pub === b.pub
}
