/** Saved values in memory, for tests and for daemons that are to forget. */
import { DeadbeatError } from '../../errors/index.js'
import type { Persistence, Place } from './persistence.js'

/** What one daemon has. */
interface Shelf {
  readonly kept: Map<string, string>
  readonly aside: Map<string, string>
  isTaken: boolean
}

/**
 * The memory of some daemons. Who keeps it can start a daemon anew and see it find its values again.
 *
 * @example
 * const memory = new PersistMemory()
 * const place = { store: 'lamp', alias: 'main', uuid: '6f1c' }
 * const first = memory.of(place)
 * assert.equal((await first.load()).size, 0)
 * await assert.rejects(memory.of(place).load(), /in use by another daemon/)
 * await first.close()
 */
export class PersistMemory {
  readonly #shelves = new Map<string, Shelf>()

  /** The place of one daemon. */
  of({ store, alias }: Place): Persistence {
    const name = `memory (${store}.${alias})`
    const id = JSON.stringify([store, alias])
    const shelf = this.#shelves.get(id) ?? { kept: new Map(), aside: new Map(), isTaken: false }
    this.#shelves.set(id, shelf)
    return new InMemory(name, shelf)
  }
}

class InMemory implements Persistence {
  readonly name: string
  readonly #shelf: Shelf
  #isOurs = false

  constructor(name: string, shelf: Shelf) {
    this.name = name
    this.#shelf = shelf
  }

  load(): Promise<ReadonlyMap<string, string>> {
    if (this.#shelf.isTaken && !this.#isOurs) {
      return Promise.reject(new DeadbeatError('ERR_IN_USE', `${this.name} is in use by another daemon: stop that one`))
    }
    this.#shelf.isTaken = this.#isOurs = true
    return Promise.resolve(new Map(this.#shelf.kept))
  }

  save(changes: ReadonlyMap<string, string>): Promise<void> {
    for (const [key, text] of changes) this.#shelf.kept.set(key, text)
    return Promise.resolve()
  }

  putAside(key: string): Promise<string> {
    const { kept, aside } = this.#shelf
    const text = kept.get(key)
    if (text !== undefined) aside.set(key, text)
    kept.delete(key)
    return Promise.resolve(`${this.name}, aside`)
  }

  close(): Promise<void> {
    if (this.#isOurs) this.#shelf.isTaken = this.#isOurs = false
    return Promise.resolve()
  }
}
