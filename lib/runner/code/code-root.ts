/** Stored code that this process calls: for code that is trusted as the program itself is (specification A2). */
import type { Backend, JsonObject, Transaction } from '../../kv/index.js'
import { formatPath, type Path } from '../path.js'
import { readClosure } from './closure.js'
import { readCodeEntry, type Mode } from './code-entry.js'
import type { Lang } from './entry-rules.js'
import { ModuleLoader } from './module-loader.js'
import { Procedure, type CallOptions } from './procedure.js'
import { Shared, type RootOptions, type RootSettings } from './root.js'
import { removeCode, storeCode } from './store.js'
import { StoredRoot } from './stored-root.js'

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
export class CodeRoot extends StoredRoot<Procedure> {
  static readonly #shared = new Shared<CodeRoot>((kv, options) => new CodeRoot(kv, options))
  readonly #loader: ModuleLoader

  constructor(kv: Backend, options: RootOptions = {}) {
    const loader = new ModuleLoader()
    super(kv, options, ({ keys, signing }) => ({
      kind: 'code',
      make: async (path, needs) => {
        const hosted = await readClosure(kv, keys, path, { needs, ...signing })
        return { value: await Procedure.load(hosted, loader), hash: hosted.hash }
      },
    }))
    this.#loader = loader
  }

  /**
   * The root that all have in common who use this database in this way, once it is ready. Each disposes of it once, and
   * the last one closes it.
   */
  static asHandler(kv: Backend, options: RootOptions = {}): Promise<CodeRoot> {
    return CodeRoot.#shared.open(kv, options)
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
   * Compile code and store it; it can be called then. Without code it is removed.
   *
   * @throws {RunnerError} If it can't be used: then nothing was stored.
   */
  async add(name: string | Path, code: string | undefined, options: AddCodeOptions = {}): Promise<void> {
    await this.write(name, code, options)
  }

  protected async store({ kv, keys }: RootSettings, path: Path, written: JsonObject): Promise<void> {
    const entry = readCodeEntry(written, formatPath(path))
    await kv.transact((txn) => storeCode(txn, keys, path, entry))
  }

  protected drop(txn: Transaction, { keys }: RootSettings, path: Path): Promise<void> {
    return removeCode(txn, keys, path)
  }

  protected isLeft(): boolean {
    return CodeRoot.#shared.release(this)
  }

  protected close(): void {
    this.#loader[Symbol.dispose]()
  }
}
