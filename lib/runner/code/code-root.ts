/** Stored code that this process calls: for code that is trusted as the program itself is (specification A2). */
import type { Backend, JsonObject } from '../../kv/index.js'
import type { RunnerError } from '../errors.js'
import type { Path } from '../path.js'
import { readClosure } from './closure.js'
import { readCodeEntry, type Mode } from './code-entry.js'
import type { Lang } from './entry-rules.js'
import { CodeMirror, type Version } from './code-mirror.js'
import { ModuleLoader } from './module-loader.js'
import { Procedure, type CallOptions } from './procedure.js'
import { elementsOf, rootSettings, Shared, type RootOptions, type RootSettings } from './root.js'
import { removeCode, storeCode } from './store.js'

/** What is said of code that is added. */
export interface AddCodeOptions {
  readonly lang?: Lang
  /** Not given: sync. */
  readonly mode?: Mode
  readonly vars?: readonly string[]
  readonly default?: JsonObject
  readonly requires?: readonly string[]
  readonly info?: string
}

/**
 * Stored code, to be called by its name.
 *
 * What is called runs in this very process, with all that the process may do, and its modules are loaded into it as soon
 * as they are stored: whoever may write below `/code` can make this process do anything. Use it only where that is
 * meant, or with `signers`. Code of others is run as a job, in a process that is shut in.
 *
 * @example
 * await using kv = new MemoryBackend()
 * await using code = await CodeRoot.asHandler(kv)
 * await code.add('forty.two', 'return n + 2', { vars: ['n'] })
 * assert.equal(code.call('forty.two', [40]), 42)
 * assert.equal(code.call(['forty', 'two'], [], { n: 40 }), 42)
 */
export class CodeRoot implements AsyncDisposable {
  static readonly #shared = new Shared<CodeRoot>((kv, options) => new CodeRoot(kv, options))
  readonly #settings: RootSettings
  readonly #mirror: CodeMirror<Procedure>
  readonly #loader = new ModuleLoader()

  constructor(kv: Backend, options: RootOptions = {}) {
    const settings = rootSettings(kv, options)
    const { keys, signers } = settings
    this.#settings = settings
    this.#mirror = new CodeMirror<Procedure>({
      ...settings,
      kind: 'code',
      make: async (path, needs) => {
        const hosted = await readClosure(kv, keys, path, { needs, ...(signers === undefined ? {} : { signers }) })
        return { value: await Procedure.load(hosted, this.#loader), hash: hosted.hash }
      },
    })
  }

  /**
   * The root that all have in common who use this database in this way, once it is ready. Each disposes of it once, and
   * the last one closes it.
   */
  static async asHandler(kv: Backend, options: RootOptions = {}): Promise<CodeRoot> {
    const root = CodeRoot.#shared.get(kv, options)
    try {
      await root.ready
      return root
    } catch (error) {
      await root[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Resolves once all that is stored was compiled. */
  get ready(): Promise<void> {
    return this.#mirror.ready
  }

  /**
   * Call code in this process.
   *
   * @param args fill its `vars` from the left; those that nobody gives are null.
   * @returns what it returns: of mode sync at once, of thread and async a promise.
   * @throws {RunnerError} ERR_NO_CODE, if there is none of this name, or it can't be compiled; ERR_DOTTED_PATH, if the
   * name can't be one.
   * @throws {TypeError} If the arguments make no sense; whatever the code throws.
   */
  call(
    name: string | Path,
    args: readonly unknown[] = [],
    named: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): unknown {
    return this.get(name).value.call(args, named, options)
  }

  /**
   * The version of code that calls use now. Who keeps it goes on with it when it is written anew, and learns of that by
   * `superseded`: as soon as the new version can be used, and not where it can't.
   *
   * @throws {RunnerError} ERR_NO_CODE.
   */
  get(name: string | Path): Version<Procedure> {
    return this.#mirror.get(this.#pathOf(name))
  }

  /** All code that is stored here, and what is wrong with it. */
  list(): { readonly path: string; readonly hash: string | null; readonly error: RunnerError | null }[] {
    return this.#mirror.list()
  }

  /** Be told of each path whose code was written, once it is here, or was found not to be of use. Answers how to stop it. */
  onChange(listener: (path: string) => void): () => void {
    return this.#mirror.onChange(listener)
  }

  /**
   * Compile code and store it; it can be called then. Without code it is removed.
   *
   * @throws {RunnerError} If it can't be used: then nothing was stored.
   */
  async add(name: string | Path, code: string | undefined, options: AddCodeOptions = {}): Promise<void> {
    if (code === undefined) {
      await this.remove(name)
      return
    }
    const path = this.#pathOf(name)
    const entry = readCodeEntry({ ...options, code }, path.join('.'))
    await this.#settings.kv.transact((txn) => storeCode(txn, this.#settings.keys, path, entry))
    await this.#mirror.refresh(path)
  }

  /**
   * Remove code; it can't be called then.
   *
   * @throws {RunnerError} ERR_NO_CODE, if there is none.
   */
  async remove(name: string | Path): Promise<void> {
    const path = this.#pathOf(name)
    await this.#settings.kv.transact((txn) => removeCode(txn, this.#settings.keys, path))
    await this.#mirror.refresh(path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!CodeRoot.#shared.release(this)) return
    await this.#mirror[Symbol.asyncDispose]()
    this.#loader[Symbol.dispose]()
  }

  #pathOf(name: string | Path): Path {
    return [...this.#settings.below, ...elementsOf(name)]
  }
}
