/** What the roots of code and of modules have in common: entries that keep themselves up to date, written and removed. */
import type { Backend, JsonObject, Transaction } from '../../kv/index.js'
import type { RunnerError } from '../errors.js'
import type { Path } from '../path.js'
import { CodeMirror, type CodeMirrorOptions, type Version } from './code-mirror.js'
import { elementsOf, rootSettings, type RootOptions, type RootSettings } from './root.js'

/** Entries of one kind, as this process uses them: `T` is what is made of one. */
export abstract class StoredRoot<T> implements AsyncDisposable {
  readonly #settings: RootSettings
  readonly #mirror: CodeMirror<T>

  /** @param mirrorOf says what is mirrored, and what is made of an entry. */
  constructor(
    kv: Backend,
    options: RootOptions,
    mirrorOf: (settings: RootSettings) => Pick<CodeMirrorOptions<T>, 'kind' | 'make'>,
  ) {
    this.#settings = rootSettings(kv, options)
    this.#mirror = new CodeMirror({ ...this.#settings, ...mirrorOf(this.#settings) })
  }

  /** Resolves once all that is stored was looked at. */
  get ready(): Promise<void> {
    return this.#mirror.ready
  }

  /**
   * The version of an entry that is used now. Who keeps it goes on with it when it is written anew, and learns of that by
   * `superseded`: as soon as the new version can be used, and not where it can't.
   *
   * @throws {RunnerError} ERR_NO_CODE, if there is none, or it can't be used.
   */
  get(name: string | Path): Version<T> {
    return this.#mirror.get(this.#pathOf(name))
  }

  /** All that is stored here, and what is wrong with it. */
  list(): { readonly path: string; readonly hash: string | null; readonly error: RunnerError | null }[] {
    return this.#mirror.list()
  }

  /** Be told of each path that was written, once it is here, or was found not to be of use. Answers how to stop it. */
  onChange(listener: (path: string) => void): () => void {
    return this.#mirror.onChange(listener)
  }

  /**
   * Remove an entry; it can't be used then.
   *
   * @throws {RunnerError} ERR_NO_CODE, if there is none; ERR_CODE_REQUIRES, if it is a module that something requires.
   */
  async remove(name: string | Path): Promise<void> {
    const path = this.#pathOf(name)
    await this.#settings.kv.transact((txn) => this.drop(txn, this.#settings, path))
    await this.#mirror.refresh(path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isLeft()) return
    await this.#mirror[Symbol.asyncDispose]()
    await this.close()
  }

  /** Store an entry, and use it; without code it is removed. */
  protected async write(name: string | Path, code: string | undefined, options: object): Promise<void> {
    if (code === undefined) {
      await this.remove(name)
      return
    }
    const path = this.#pathOf(name)
    await this.store(this.#settings, path, { ...options, code })
    await this.#mirror.refresh(path)
  }

  protected abstract store(settings: RootSettings, path: Path, entry: JsonObject): Promise<void>
  protected abstract drop(txn: Transaction, settings: RootSettings, path: Path): Promise<void>
  /** Whether nobody uses it any more, once one more has let go of it. */
  protected abstract isLeft(): boolean
  protected abstract close(): void | Promise<void>

  #pathOf(name: string | Path): Path {
    return [...this.#settings.below, ...elementsOf(name)]
  }
}
