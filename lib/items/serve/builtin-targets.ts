/** The targets that every daemon answers besides its items: what it has, and whether that has changed. */
import type { Rights } from '../../rights/index.js'
import type { Answer, ServerRequest } from '../../wire/index.js'
import type { Block } from '../daemon/block.js'
import { ItemError } from '../model/item-error.js'
import type { Store } from '../model/store.js'
import { SCHEMA, schemaOf, type Schema } from '../proxy/schema.js'
import type { Target } from './target.js'

/** What they are answered from. */
export interface BuiltinTargetsOptions {
  readonly store: Store
  readonly block: () => Block
  readonly rights: Rights
}

/** Carries out requests for `_hash` and `_catalog`. */
export class BuiltinTargets {
  readonly #store: Store
  readonly #block: () => Block
  readonly #rights: Rights

  constructor({ store, block, rights }: BuiltinTargetsOptions) {
    this.#store = store
    this.#block = block
    this.#rights = rights
  }

  /**
   * The answer; null if the target is none of these.
   *
   * @throws {ItemError} ERR_READ_ONLY if it is and the request isn't a GET.
   */
  answer({ key }: Target, request: ServerRequest): Answer | null {
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
