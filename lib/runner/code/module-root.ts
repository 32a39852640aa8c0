/** Stored modules that this process loads: for modules that are trusted as the program itself is (specification A3). */
import type { Backend, JsonObject, Transaction } from '../../kv/index.js'
import { formatPath, type Path } from '../path.js'
import { readModuleClosure } from './closure.js'
import { stripped } from './compile.js'
import type { Lang } from './entry-rules.js'
import { ModuleChecker } from './module-checker.js'
import { readModuleEntry } from './module-entry.js'
import { ModuleLoader, type Namespace } from './module-loader.js'
import { Shared, type RootOptions, type RootSettings } from './root.js'
import { removeModule, storeModule } from './store.js'
import { StoredRoot } from './stored-root.js'

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
export class ModuleRoot extends StoredRoot<Namespace> {
  static readonly #shared = new Shared<ModuleRoot>((kv, options) => new ModuleRoot(kv, options))
  readonly #loader: ModuleLoader
  readonly #checker = new ModuleChecker()

  constructor(kv: Backend, options: RootOptions = {}) {
    const loader = new ModuleLoader()
    super(kv, options, ({ keys, signing }) => ({
      kind: 'module',
      make: async (path, needs) => {
        const its = await readModuleClosure(kv, keys, path, { needs, ...signing })
        const loaded = await loader.load([its.path], its.modules)
        return { value: loaded.get(its.path) as Namespace, hash: its.hash }
      },
    }))
    this.#loader = loader
  }

  /**
   * The root that all have in common who use this database in this way, once it is ready. Each disposes of it once, and
   * the last one closes it.
   */
  static asHandler(kv: Backend, options: RootOptions = {}): Promise<ModuleRoot> {
    return ModuleRoot.#shared.open(kv, options)
  }

  /**
   * Parse a module and store it; it is loaded then. Without code it is removed.
   *
   * @throws {RunnerError} If it can't be used: then nothing was stored.
   */
  async add(name: string | Path, code: string | undefined, options: AddModuleOptions = {}): Promise<void> {
    await this.write(name, code, options)
  }

  protected async store({ kv, keys }: RootSettings, path: Path, written: JsonObject): Promise<void> {
    const dotted = formatPath(path)
    const entry = readModuleEntry(written, dotted)
    await this.#checker.check(dotted, stripped('module', dotted, entry))
    await kv.transact((txn) => storeModule(txn, keys, path, entry))
  }

  protected drop(txn: Transaction, { keys }: RootSettings, path: Path): Promise<void> {
    return removeModule(txn, keys, path)
  }

  protected isLeft(): boolean {
    return ModuleRoot.#shared.release(this)
  }

  protected async close(): Promise<void> {
    await this.#checker[Symbol.asyncDispose]()
    this.#loader[Symbol.dispose]()
  }
}
