/** The targets that a registry answers besides those of any daemon: what it knows of others, and what they announce. */
import type { Rights } from '../../rights/index.js'
import type { Answer, ServerRequest } from '../../wire/index.js'
import { ItemError } from '../model/item-error.js'
import { readBlock } from './known-block.js'
import type { RegistryBook } from './registry-book.js'

/** What they are answered from. */
export interface RegistryTargetsOptions {
  readonly book: RegistryBook
  /** The name of the registry's own store. */
  readonly store: string
  /** The hash of the registry's own block. */
  readonly own: () => Readonly<Record<string, unknown>>
  /** Who may announce what: they need the right to set `STORE._catalog`. Whoever reaches it, if it isn't given. */
  readonly rights?: Rights | undefined
}

/** Answers for daemons that were announced. */
export class RegistryTargets {
  readonly #options: RegistryTargetsOptions

  constructor(options: RegistryTargetsOptions) {
    this.#options = options
  }

  /** The answer; undefined if the target is that of any daemon. */
  answer(request: ServerRequest): Answer | Promise<Answer> | undefined {
    const { book, store: own } = this.#options
    const [, store = '', key = ''] = /^(?:([^.]*)\.)?(.*)$/.exec(request.target.toLowerCase()) ?? []
    if (key === '_catalog' && store === '' && request.type === 'SET') return this.#announced(request)
    if (request.type !== 'GET' || store === own) return undefined
    if (key === '_hash' && store === '') return { value: this.#allHashes() }
    if (key === '_hash') return { value: { [store]: known(book.hashes(store), store) } }
    if (key === '_catalog' || key === 'catalog') return { value: known(book.catalog(store), store) }
    return undefined
  }

  async #announced({ value, principal }: ServerRequest): Promise<Answer> {
    const { book, rights } = this.#options
    const block = readBlock(value)
    rights?.require(principal, 'set', `${block.store}._catalog`)
    await book.announce(block)
    return { value: true }
  }

  #allHashes(): Readonly<Record<string, unknown>> {
    const { book, store, own } = this.#options
    return { ...Object.fromEntries(book.stores.map((name) => [name, book.hashes(name)])), [store]: own() }
  }
}

function known<T>(found: T | null, store: string): T {
  if (found !== null) return found
  throw new ItemError('ERR_NO_ITEM', `no daemon of ${store} was announced here`)
}
