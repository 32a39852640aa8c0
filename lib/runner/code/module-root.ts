/** Stored modules that this process loads: for modules that are trusted as the program itself is (specification A3). */
import type { Backend } from '../../kv/index.js'
import type { RunnerError } from '../errors.js'
import type { Path } from '../path.js'
import { readModuleClosure } from './closure.js'
import { stripped } from './compile.js'
import type { Lang } from './entry-rules.js'
import { CodeMirror, type Version } from './code-mirror.js'
import { ModuleChecker } from './module-checker.js'
import { readModuleEntry } from './module-entry.js'
import { ModuleLoader, type Namespace } from './module-loader.js'
import { elementsOf, rootSettings, Shared, type RootOptions, type RootSettings } from './root.js'
import { removeModule, storeModule } from './store.js'

/** What is said of a module that is added. */
export interface AddModuleOptions {
  readonly lang?: Lang
  readonly requires?: readonly string[]
  readonly info?: string
}

/**
 * Stored modules, loaded into this process, each behind those that it requires and with nothing else to import: trust
 * them as the program itself. A new version is a new module; who has the old one keeps it.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await using modules = await ModuleRoot.asHandler(kv)
 * await modules.add('lib.math', 'export const double = (n) => 2 * n')
 * assert.equal(modules.get('lib.math').value.double(21), 42)
 */
export class ModuleRoot implements AsyncDisposable {
  static readonly #shared = new Shared<ModuleRoot>((kv, options) => new ModuleRoot(kv, options))
  readonly #settings: RootSettings
  readonly #mirror: CodeMirror<Namespace>
  readonly #loader = new ModuleLoader()
  readonly #checker = new ModuleChecker()

  constructor(kv: Backend, options: RootOptions = {}) {
    const settings = rootSettings(kv, options)
    const { keys, signers } = settings
    this.#settings = settings
    this.#mirror = new CodeMirror<Namespace>({
      ...settings,
      kind: 'module',
      make: async (path, needs) => {
        const its = await readModuleClosure(kv, keys, path, { needs, ...(signers === undefined ? {} : { signers }) })
        const loaded = await this.#loader.load([its.path], its.modules)
        return { value: loaded.get(its.path) as Namespace, hash: its.hash }
      },
    })
  }

  /**
   * The root that all have in common who use this database in this way, once it is ready. Each disposes of it once, and
   * the last one closes it.
   */
  static async asHandler(kv: Backend, options: RootOptions = {}): Promise<ModuleRoot> {
    const root = ModuleRoot.#shared.get(kv, options)
    try {
      await root.ready
      return root
    } catch (error) {
      await root[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Resolves once all that is stored was loaded. */
  get ready(): Promise<void> {
    return this.#mirror.ready
  }

  /**
   * The version of a module that is to be used now: `value` is what it exports. `superseded` is aborted when a newer one
   * was loaded.
   *
   * @throws {RunnerError} ERR_NO_CODE, if there is none, or it can't be loaded.
   */
  get(name: string | Path): Version<Namespace> {
    return this.#mirror.get(this.#pathOf(name))
  }

  /** All modules that are stored here, and what is wrong with them. */
  list(): { readonly path: string; readonly hash: string | null; readonly error: RunnerError | null }[] {
    return this.#mirror.list()
  }

  /** Be told of each path whose module was written, once it is here, or was found not to be of use. Answers how to stop it. */
  onChange(listener: (path: string) => void): () => void {
    return this.#mirror.onChange(listener)
  }

  /**
   * Parse a module and store it; it is loaded then. Without code it is removed.
   *
   * @throws {RunnerError} If it can't be used: then nothing was stored.
   */
  async add(name: string | Path, code: string | undefined, options: AddModuleOptions = {}): Promise<void> {
    if (code === undefined) {
      await this.remove(name)
      return
    }
    const path = this.#pathOf(name)
    const dotted = path.join('.')
    const entry = readModuleEntry({ ...options, code }, dotted)
    await this.#checker.check(dotted, stripped('module', dotted, entry))
    await this.#settings.kv.transact((txn) => storeModule(txn, this.#settings.keys, path, entry))
    await this.#mirror.refresh(path)
  }

  /**
   * Remove a module that nothing requires.
   *
   * @throws {RunnerError} ERR_NO_CODE, if there is none; ERR_CODE_REQUIRES, with what requires it.
   */
  async remove(name: string | Path): Promise<void> {
    const path = this.#pathOf(name)
    await this.#settings.kv.transact((txn) => removeModule(txn, this.#settings.keys, path))
    await this.#mirror.refresh(path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!ModuleRoot.#shared.release(this)) return
    await this.#mirror[Symbol.asyncDispose]()
    await this.#checker[Symbol.asyncDispose]()
    this.#loader[Symbol.dispose]()
  }

  #pathOf(name: string | Path): Path {
    return [...this.#settings.below, ...elementsOf(name)]
  }
}
