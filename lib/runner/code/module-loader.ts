/**
 * Loading stored modules into this very process, for code that is trusted as the program itself is. Node loads a module
 * from a file; so each gets a folder of its own, in which nothing but what it requires can be found. What is the same,
 * with all that it requires, is loaded once; a new version is a new module, and who has the old one keeps it. Node keeps
 * every module that it ever loaded: a version of some thousand costs a few kilobytes each.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toError } from '../../errors/index.js'
import { RunnerError } from '../errors.js'
import { sourceName, type HostedModule } from './hosted-code.js'

/** What a module exports. */
export type Namespace = Readonly<Record<string, unknown>>

/** Modules that are to be loaded, by path, each behind those that it requires. */
type Modules = Readonly<Record<string, HostedModule>>

/** Loads modules into this process. */
export class ModuleLoader implements Disposable {
  #folder: string | null = null
  readonly #loaded = new Map<string, Promise<Namespace>>()

  /**
   * What some of the modules of a closure export.
   *
   * @throws {RunnerError} ERR_CODE_COMPILE, if one doesn't parse or throws while it is loaded.
   */
  async load(names: readonly string[], modules: Modules): Promise<Map<string, Namespace>> {
    const urls = this.urls(modules)
    const loading = names.map(async (name): Promise<[string, Namespace]> => {
      const url = urls.get(name) ?? ''
      let loaded = this.#loaded.get(url)
      if (loaded === undefined) this.#loaded.set(url, (loaded = import(url) as Promise<Namespace>))
      try {
        return [name, await loaded]
      } catch (error) {
        throw new RunnerError('ERR_CODE_COMPILE', `module ${name} can't be loaded: ${toError(error).message}`, {
          cause: error,
        })
      }
    })
    return new Map(await Promise.all(loading))
  }

  /** Where the modules of a closure lie: files that are there until the loader is let go of. */
  urls(modules: Modules): Map<string, string> {
    const folders = new Map<string, string>()
    const urls = new Map<string, string>()
    for (const [name, { js, requires }] of Object.entries(modules)) {
      const needs = requires.map((its) => [its, folders.get(its) ?? ''])
      const hash = createHash('sha256')
        .update(JSON.stringify([name, js, needs]))
        .digest('hex')
      folders.set(name, hash)
      urls.set(name, this.#place(name, js, needs, hash))
    }
    return urls
  }

  /** Remove the files. What is loaded stays. */
  [Symbol.dispose](): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = null
  }

  #place(name: string, js: string, needs: readonly (readonly string[])[], hash: string): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'deadbeat-modules-'))
    const folder = join(this.#folder, hash)
    const file = join(folder, 'index.js')
    if (mkdirSync(join(folder, 'node_modules'), { recursive: true }) !== undefined) {
      for (const [its = '', folderOf = ''] of needs)
        symlinkSync(join('..', '..', folderOf), join(folder, 'node_modules', its))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module", "exports": "./index.js" }')
      writeFileSync(file, `${js}\n//# sourceURL=${sourceName('module', name)}\n`)
    }
    return pathToFileURL(file).href
  }
}
