/** The targets that every daemon answers besides its items: what it has, and whether that has changed. */
import { describeValue } from '../../errors/index.js'
import type { Rights } from '../../rights/index.js'
import type { Answer, ServerRequest } from '../../wire/index.js'
import type { Block } from '../daemon/block.js'
import { ItemError } from '../model/item-error.js'
import { MISSED } from '../model/missed-count.js'
import type { Store } from '../model/store.js'
import { SCHEMA, schemaOf, type Schema } from '../proxy/schema.js'
import type { Target } from './target.js'

/** What they are answered from. */
export interface BuiltinTargetsOptions {
  readonly store: Store
  readonly block: () => Block
  readonly rights: Rights
  /** Told of so many publications that a subscriber says have never come. */
  readonly missed?: ((count: number) => void) | undefined
}

/** Carries out requests for `_hash`, `_catalog`, the schema of methods, and `_missed`. */
export class BuiltinTargets {
  readonly #store: Store
  readonly #block: () => Block
  readonly #rights: Rights
  readonly #missed: ((count: number) => void) | undefined

  constructor({ store, block, rights, missed }: BuiltinTargetsOptions) {
    this.#store = store
    this.#block = block
    this.#rights = rights
    this.#missed = missed
  }

  /**
   * The answer; null if the target is none of these.
   *
   * @throws {ItemError} ERR_READ_ONLY if it is and the request isn't a GET; ERR_ITEM_VALUE if what a subscriber missed is no count.
   */
  answer({ key }: Target, request: ServerRequest): Answer | null {
    if (key === MISSED && request.type === 'SET' && this.#missed !== undefined) {
      this.#missed(countOf(request))
      return { value: true }
    }
    const isHash = key === '_hash'
    // A registry that starts asks for it by this name.
    const isCatalog = key === '_catalog' || (key === 'catalog' && !this.#store.has(key))
    const isSchema = key === SCHEMA
    if (!isHash && !isCatalog && !isSchema) return null
    if (request.type !== 'GET') throw new ItemError('ERR_READ_ONLY', `${request.target} is only read: send a GET`)
    if (isSchema) return { value: this.#schema(request) }
    const block = this.#block()
    return {
      value: isHash ? { [block.store]: { [block.uuid]: block.hash } } : { [block.uuid]: this.#fitted(block, request) },
    }
  }

  #schema({ principal }: ServerRequest): Schema {
    const store = this.#store.name.toLowerCase()
    return schemaOf(this.#store, (right, path) => this.#rights.may(principal, right, `${store}.${path.toLowerCase()}`))
  }

  /** A block with the items that whoever asks may read or set: what the others are is told to nobody else. */
  #fitted(block: Block, { principal }: ServerRequest): Block {
    if (this.#rights.mayAll(principal)) return block
    const mayUse = (key: string): boolean =>
      (['read', 'set'] as const).some((right) => this.#rights.may(principal, right, `${block.store}.${key}`))
    return { ...block, items: Object.fromEntries(Object.entries(block.items).filter(([key]) => mayUse(key))) }
  }
}

function countOf({ value }: ServerRequest): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  const rule = 'what was missed must be a whole number of at least 1'
  throw new ItemError('ERR_ITEM_VALUE', `${rule}: it is ${describeValue(value)}`)
}
