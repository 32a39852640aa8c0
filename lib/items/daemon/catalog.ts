/** What a store tells of its items, as long as they are the same. */
import type { Item } from '../model/item.js'
import type { Store } from '../model/store.js'
import type { KnownBlock } from '../discovery/known-block.js'
import { blockOf, type Block, type ItemDescription, type Provenance } from './block.js'

/** Whose catalog it is. */
export interface CatalogOptions {
  readonly store: Store
  readonly alias: string
  readonly uuid: string
  /** How an item is described. */
  readonly describe: (item: Item) => ItemDescription
  /** The block of the last run, whose time counts as long as nothing has changed; null if there is none. */
  readonly before?: Pick<KnownBlock, 'hash' | 'time'> | null | undefined
}

const MS_PER_S = 1000

/**
 * The catalog of a daemon: its block, made anew when items have come or gone.
 *
 * @example
 * const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
 * const catalog = new Catalog({ store, alias: 'main', uuid: 'a', describe: ({ options }) => ({ type: options.type }) })
 * new Item(store, 'Level', { type: 'numeric' })
 * assert.deepEqual(catalog.block.items, { level: { type: 'numeric' } })
 */
export class Catalog {
  /** Where the daemon is to be found; empty as long as it is nowhere. */
  provenance: readonly Provenance[] = []
  readonly #options: CatalogOptions
  #items: readonly Item[] = []
  #made: Block | null = null

  constructor(options: CatalogOptions) {
    this.#options = options
  }

  /** The block as it is now. */
  get block(): Block {
    const { store, alias, uuid, describe, before = null } = this.#options
    const { items } = store
    const isSame = items.length === this.#items.length && items.every((item, k) => item === this.#items[k])
    if (this.#made === null || !isSame) {
      this.#items = items
      this.#made = blockOf({
        ...{ store: store.name.toLowerCase(), alias, uuid, provenance: this.provenance },
        items: Object.fromEntries(items.map((item) => [item.key.toLowerCase(), describe(item)])),
        time: store.wall() / MS_PER_S,
        before: this.#made ?? before,
      })
    }
    if (this.#made.provenance !== this.provenance) this.#made = { ...this.#made, provenance: this.provenance }
    return this.#made
  }
}
