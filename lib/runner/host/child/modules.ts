/**
 * The modules of running code, linked as they say that they require each other: whoever imports something else is told
 * what it may import. Nothing outlives the attempt, so that new versions of modules never meet old ones.
 */
import { builtinModules } from 'node:module'
import process from 'node:process'
import { SourceTextModule, SyntheticModule, type Module } from 'node:vm'
import type { HostedCode } from '../../code/hosted-code.js'

/** Modules that can be imported by their dotted paths, and Node's own by `node:NAME`. */
export class Modules {
  readonly #sources: HostedCode['modules']
  readonly #made = new Map<string, Module>()

  constructor(sources: HostedCode['modules']) {
    this.#sources = sources
  }

  /**
   * Parse and link all of them; none is run yet.
   *
   * @throws {Error} If one doesn't parse, or imports what it doesn't require.
   */
  async link(): Promise<void> {
    for (const [path, { js, requires }] of Object.entries(this.#sources)) {
      const identifier = `module:${path}`
      const importModuleDynamically = (asked: string): Promise<Module> => this.import(asked, identifier, requires)
      this.#made.set(path, new SourceTextModule(js, { identifier, importModuleDynamically }))
    }
    for (const module of this.#made.values()) {
      if (module.status !== 'unlinked') continue
      await module.link((asked, { identifier }) => this.#find(asked, identifier, this.#requiredBy(identifier)))
    }
  }

  /**
   * A module, run.
   *
   * @param who who asks, for messages.
   * @param requires what it may ask for.
   * @throws {Error} If it isn't required; whatever the module throws.
   */
  async import(path: string, who: string, requires: readonly string[]): Promise<Module> {
    const module = this.#find(path, who, requires)
    if (module.status === 'unlinked') await module.link(() => module) // Node's own import nothing.
    await module.evaluate()
    return module
  }

  #requiredBy(identifier: string): readonly string[] {
    return this.#sources[identifier.slice('module:'.length)]?.requires ?? []
  }

  #find(path: string, who: string, requires: readonly string[]): Module {
    const isOurs = requires.includes(path) && Object.hasOwn(this.#sources, path)
    const found = isOurs || path.startsWith('node:') ? this.#made.get(path) : undefined
    if (found !== undefined) return found
    if (path.startsWith('node:') && builtinModules.includes(path.slice(5))) return this.#builtin(path)
    const may = requires.length === 0 ? 'nothing' : requires.join(', ')
    throw new Error(`${who} may not import ${JSON.stringify(path)}: it requires ${may}`)
  }

  #builtin(path: string): Module {
    const exported = process.getBuiltinModule(path) as Readonly<Record<string, unknown>>
    const names = [...new Set(['default', ...Object.keys(exported)])]
    const module = new SyntheticModule(names, () => {
      for (const name of names) module.setExport(name, name === 'default' ? exported : exported[name])
    })
    this.#made.set(path, module)
    return module
  }
}
