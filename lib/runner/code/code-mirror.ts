/**
 * Stored code at hand: each entry below a path in its newest version that can be used, made anew when it or a module
 * that it needs changes. A version that fails takes the place of none: who uses the one before goes on with it, who asks
 * for it now hears why there is none (specification A2, life cycle).
 */
import type { Backend, TreeCache } from '../../kv/index.js'
import type { Clock, Logger } from '../../movement/index.js'
import { RunnerError } from '../errors.js'
import type { Keys } from '../keys.js'
import { formatPath, parsePath, type Path } from '../path.js'
import { errorPath } from '../records/error-record.js'
import type { ErrorRecords } from '../records/error-records.js'

/** One version of an entry. */
export interface Version<T> {
  readonly value: T
  readonly hash: string
  /** Aborted when a newer version can be used: who runs this one begins anew with that. */
  readonly superseded: AbortSignal
}

/** What is mirrored, and how. */
export interface CodeMirrorOptions<T> {
  readonly kv: Backend
  readonly keys: Keys
  readonly kind: 'code' | 'module'
  /** Only what lies below this path. */
  readonly below: Path
  /** Make of an entry what it is to be; `needs` gets the modules that it depends on, also where it fails. */
  readonly make: (path: Path, needs: Set<string>) => Promise<{ readonly value: T; readonly hash: string }>
  /** Where it is recorded what can't be used: of subsystem `compile`, by `proc` or `module` and the path. */
  readonly errors: ErrorRecords
  readonly clock: Clock
  readonly log: Logger
  /** How long to wait where the store gave no answer. */
  readonly retryMs: number
}

interface State<T> {
  /** What is used, until something newer can be. */
  good: { readonly version: Version<T>; readonly supersede: () => void } | null
  /** Why it can't be used now. */
  error: RunnerError | null
  needs: ReadonlySet<string>
}

const AT_ONCE_MAX = 16

/** Entries that keep themselves up to date. */
export class CodeMirror<T> implements AsyncDisposable {
  /** Resolves once all entries were made, those that can't be included. */
  readonly ready: Promise<void>
  readonly #options: CodeMirrorOptions<T>
  readonly #root: string
  readonly #cache: TreeCache
  readonly #states = new Map<string, State<T>>()
  readonly #dirty = new Set<string>()
  readonly #listeners = new Set<(path: string) => void>()
  #pass: Promise<void> = Promise.resolve()
  #isPassing = false
  #isClosed = false

  constructor(options: CodeMirrorOptions<T>) {
    const { kv, keys, kind } = options
    this.#options = options
    this.#root = kind === 'code' ? keys.code([]) : keys.module([])
    this.#cache = kv.treeCache(`${keys.prefix}/code`)
    this.ready = this.#start()
    this.ready.catch(() => undefined) // Who waits for it hears of it.
  }

  /**
   * The version of an entry that is to be used now.
   *
   * @throws {RunnerError} ERR_NO_CODE, if there is none, or it can't be used; then what lies behind is its cause.
   */
  get(path: Path): Version<T> {
    const state = this.#states.get(formatPath(path))
    if (state?.error === null && state.good !== null) return state.good.version
    const { kind } = this.#options
    if (state !== undefined && state.error?.code !== 'ERR_NO_CODE') {
      throw new RunnerError('ERR_NO_CODE', `${kind} ${formatPath(path)} is empty: ${state.error?.message}`, {
        cause: state.error,
      })
    }
    throw new RunnerError('ERR_NO_CODE', `${kind} ${formatPath(path)} is empty: nothing is stored there`)
  }

  /** All entries that there are, whether they can be used or not, by path. */
  list(): { readonly path: string; readonly hash: string | null; readonly error: RunnerError | null }[] {
    return [...this.#states]
      .filter(([, { error }]) => error?.code !== 'ERR_NO_CODE')
      .map(([path, { good, error }]) => ({ path, hash: error === null ? (good?.version.hash ?? null) : null, error }))
      .sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** Be told of each entry that has changed, once it was made anew or has failed. Answers how to stop it. */
  onChange(listener: (path: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Look at an entry now, and not only once the store tells of it: what was written before is here then. */
  async refresh(path: Path): Promise<void> {
    await this.ready
    this.#mark(formatPath(path))
    await this.#pass
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#cache.close()
    await this.#pass
  }

  async #start(): Promise<void> {
    await this.#cache.ready
    this.#cache.onChange(({ path }) => this.#changed(path))
    const open = await this.#options.errors.list({ subsystem: 'compile', path: this.#errorPath([]), resolved: false })
    const gone = open.map((record) => formatPath(errorPath(record).slice(1)))
    const there = [...this.#cache.entries(`${this.#root}/`)].map(({ path }) => path)
    for (const key of there) this.#changed(key)
    for (const path of gone) if (this.#isOurs(parsePath(path))) this.#mark(path)
    await this.#pass
  }

  #changed(key: string): void {
    const { keys, kind } = this.#options
    const own = keys.below(this.#root, key)
    if (own !== null && own.length > 0 && this.#isOurs(own)) this.#mark(formatPath(own))
    const module = keys.below(keys.module([]), key)
    if (module === null || module.length === 0) return
    const name = formatPath(module)
    for (const [path, { needs }] of this.#states)
      if (needs.has(name) && (kind === 'code' || path !== name)) this.#mark(path)
  }

  #isOurs(path: Path): boolean {
    return this.#options.below.every((element, i) => path[i] === element)
  }

  #mark(path: string): void {
    this.#dirty.add(path)
    if (this.#isPassing) return
    this.#isPassing = true
    this.#pass = this.#update()
  }

  async #update(): Promise<void> {
    while (this.#dirty.size > 0 && !this.#isClosed) {
      const batch = [...this.#dirty].slice(0, AT_ONCE_MAX)
      for (const path of batch) this.#dirty.delete(path)
      await Promise.all(batch.map((path) => this.#make(path)))
    }
    this.#isPassing = false
  }

  /** Never fails. */
  async #make(dotted: string): Promise<void> {
    const { make, errors, log, clock, kind, retryMs } = this.#options
    const path = parsePath(dotted)
    const needs = new Set<string>()
    const state = this.#states.get(dotted) ?? { good: null, error: null, needs }
    try {
      try {
        const { value, hash } = await make(path, needs)
        this.#states.set(dotted, { good: renewed(state.good, value, hash), error: null, needs })
        await errors.resolve('compile', this.#errorPath(path))
      } catch (error) {
        if (!(error instanceof RunnerError)) throw error
        this.#states.set(dotted, { ...state, error, needs })
        await this.#tell(path, error)
      }
      for (const listener of [...this.#listeners]) listener(dotted)
    } catch (error) {
      if (this.#isClosed) return
      log.warn({ err: error, path: dotted }, `${kind} ${dotted} can't be looked at: tried again in ${retryMs} ms`)
      clock.alarm(clock.now() + retryMs, () => this.#mark(dotted))
    }
  }

  async #tell(path: Path, error: RunnerError): Promise<void> {
    const { errors, kind, log } = this.#options
    if (error.code === 'ERR_NO_CODE') {
      await errors.resolve('compile', this.#errorPath(path)) // What is gone isn't wrong any more.
      return
    }
    log.error({ err: error, path: formatPath(path) }, `${kind} ${formatPath(path)} can't be used`)
    await errors.record('compile', this.#errorPath(path), { error, severity: 1 })
  }

  #errorPath(path: Path): Path {
    return [this.#options.kind === 'code' ? 'proc' : 'module', ...path]
  }
}

/** What is the same as before, perhaps written anew, supersedes nothing. */
function renewed<T>(good: State<T>['good'], value: T, hash: string): State<T>['good'] {
  if (good?.version.hash === hash) return good
  const controller = new AbortController()
  good?.supersede()
  return { version: { value, hash, superseded: controller.signal }, supersede: () => controller.abort() }
}
