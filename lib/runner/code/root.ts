/** What the roots of code and of modules have in common: how they are opened, shared and closed. */
import { hostname } from 'node:os'
import type { Backend } from '../../kv/index.js'
import { stderrLogger, SystemClock, type Clock, type Logger } from '../../movement/index.js'
import { Keys } from '../keys.js'
import { formatPath, parsePath, type Path } from '../path.js'
import { ErrorRecords } from '../records/error-records.js'

/** Where code is stored, and on whose behalf it is looked at. */
export interface RootOptions {
  /** What all keys of the fleet lie below: `/deadbeat`. */
  readonly prefix?: string
  /** Only what lies below this path; names are relative to it. All if it isn't given. */
  readonly below?: string | Path
  /** The name under which errors are recorded; the machine's. */
  readonly node?: string
  /** Public keys, one of which must have signed all that is used. Not given: signatures don't matter. */
  readonly signers?: readonly string[]
  /** How long to wait where the store gave no answer; 1000. */
  readonly retryMs?: number
  readonly clock?: Clock
  readonly log?: Logger
}

/** The same, with what isn't given filled in. */
export interface RootSettings {
  readonly kv: Backend
  readonly keys: Keys
  readonly below: Path
  readonly errors: ErrorRecords
  /** As those want it who read closures. */
  readonly signing: { readonly signers?: readonly string[] }
  readonly retryMs: number
  readonly clock: Clock
  readonly log: Logger
}

/** Fill in what isn't given. */
export function rootSettings(kv: Backend, options: RootOptions): RootSettings {
  const { prefix, below = [], node = hostname(), signers, retryMs = 1000 } = options
  const { clock = new SystemClock(), log = stderrLogger } = options
  const keys = new Keys(prefix)
  const errors = new ErrorRecords(kv, keys, node, { clock })
  const signing = signers === undefined ? {} : { signers }
  return { kv, keys, below: elementsOf(below), errors, signing, retryMs, clock, log }
}

/** A name as elements: dotted, or a list of them. */
export function elementsOf(name: string | Path): Path {
  return typeof name === 'string' ? parsePath(name) : name
}

/**
 * One instance for all who ask for the same, until the last of them has let go of it.
 *
 * @example
 * const shared = new Shared((kv) => ({ kv, ready: Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() }))
 * const kv = {}
 * const root = shared.get(kv, {})
 * assert.equal(shared.get(kv, { below: ':' }), root)
 * assert.notEqual(shared.get(kv, { below: 'a' }), root)
 * assert.deepEqual([shared.release(root), shared.release(root)], [false, true])
 */
export class Shared<T extends AsyncDisposable & { readonly ready: Promise<void> }> {
  readonly #make: (kv: Backend, options: RootOptions) => T
  readonly #byKv = new WeakMap<Backend, Map<string, T>>()
  readonly #uses = new WeakMap<T, { users: number; readonly forget: () => unknown }>()

  constructor(make: (kv: Backend, options: RootOptions) => T) {
    this.#make = make
  }

  /** The instance, used once more. */
  get(kv: Backend, options: RootOptions): T {
    const roots = this.#byKv.get(kv) ?? new Map<string, T>()
    this.#byKv.set(kv, roots)
    const { prefix = new Keys().prefix, below = [], node, signers } = options
    const key = JSON.stringify([prefix, formatPath(elementsOf(below)), node, signers])
    const root = roots.get(key) ?? this.#make(kv, options)
    roots.set(key, root)
    const uses = this.#uses.get(root) ?? { users: 0, forget: () => roots.get(key) === root && roots.delete(key) }
    uses.users += 1
    this.#uses.set(root, uses)
    return root
  }

  /** The same, once it is ready; one that doesn't come to that is let go of. */
  async open(kv: Backend, options: RootOptions): Promise<T> {
    const root = this.get(kv, options)
    try {
      await root.ready
      return root
    } catch (error) {
      await root[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Use an instance once less. Answers whether nobody uses it any more; so it is of one that isn't shared. */
  release(root: T): boolean {
    const uses = this.#uses.get(root)
    if (uses === undefined) return true
    uses.users -= 1
    if (uses.users > 0) return false
    uses.forget()
    return true
  }
}
