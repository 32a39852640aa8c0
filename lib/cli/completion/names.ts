/** The names of apps, of daemons and of their items, as they are known here; nobody is waited for long. */
import type { Directory, KnownBlock, Located, MethodDescription } from '../../items/index.js'
import { neighbours } from '../locate.js'
import type { WireFlags } from '../steer/wire/flags.js'
import { readPlace } from '../steer/wire/place.js'
import type { Candidate, Completer, Typed } from './completes.js'
import { runningApps } from './running-apps.js'

/** What is known of an item, or of a method. */
interface Known {
  readonly key: string
  readonly about: string
  /** What it can be set to, if that is few things. */
  readonly choices: readonly string[]
}

/** Apps by their files, and those that come with Deadbeat. */
export const apps: Completer = ({ word }) => {
  const names = neighbours(word.endsWith('/') ? `${word}x` : word)
  return [...new Set(names), { place: 'directories' }]
}

/** Apps that run, and those that could. */
export const running: Completer = async (typed) => {
  const names = (await runningApps()).map(({ name }) => ({ word: name, about: 'runs' }))
  return [...names, ...(await apps(typed)).filter((each) => !names.some(({ word }) => word === each))]
}

/**
 * Daemons, and their items or methods: asked of those who run; items else as their catalogs were when somebody last found
 * them.
 */
export class ItemNames {
  readonly #waitMs: number
  readonly #of: 'items' | 'methods'

  /** @param waitMs How long a daemon is waited for. */
  constructor(waitMs: number, of: 'items' | 'methods' = 'items') {
    this.#waitMs = waitMs
    this.#of = of
  }

  /** Daemons; of the only one that is meant, its items as well. */
  readonly items: Completer = async ({ word, options }) => {
    const { daemon, item } = readPlace(word)
    if (item !== null || word.endsWith('.')) return itemsOf(await this.#knownOf(daemon, options), `${daemon}.`)
    const names = (await this.#daemons(options)).filter((name) => name.startsWith(word))
    const meant = names.find((name) => name === word) ?? (names.length === 1 ? names[0] : undefined)
    const within = meant === undefined ? [] : itemsOf(await this.#knownOf(meant, options), `${meant}.`)
    return [...names, ...within]
  }

  /** Behind a daemon its items; behind an item what it may be set to, and other items. Behind a method nothing. */
  readonly more: Completer = async (typed) => {
    const { args, options } = typed
    const [first = '', ...others] = args
    const { daemon, item } = readPlace(first)
    const key = item ?? others[0] ?? null
    if (key !== null && this.#of === 'methods') return []
    const known = await this.#knownOf(daemon, options)
    if (key === null) return itemsOf(known, '')
    const choices = known.find((each) => each.key.toLowerCase() === key.toLowerCase())?.choices ?? []
    return [...choices, ...(item === null ? itemsOf(known, '') : await this.items(typed))]
  }

  async #daemons(options: Typed['options']): Promise<string[]> {
    const all = await directoryOf(options)
    const here = await directoryOf(new Map([...options].filter(([name]) => name !== '--kv')))
    const stores = await this.#atOnce(
      () => all.rememberedStores(),
      () => here.rememberedStores(),
    )
    return [...new Set([...(await runningApps()).map(({ name }) => name), ...stores])].sort()
  }

  async #knownOf(daemon: string, options: Typed['options']): Promise<readonly Known[]> {
    const app = (await runningApps()).find(({ name }) => name === daemon)
    if (app !== undefined)
      return await this.#atOnce(
        () => askApp(app.socket, this.#of),
        () => [],
      )
    const directory = await directoryOf(options)
    const { store } = (await import('../../items/index.js')).readDaemonName(daemon)
    if (this.#of === 'methods') {
      return await this.#atOnce(
        async (signal) => await methodsOf(directory, await directory.locate(daemon, { signal }), store),
        () => [],
      )
    }
    const blocks = await this.#atOnce(
      async (signal) => (await directory.locate(daemon, { signal })).map(({ block }) => block),
      () => directory.rememberedBlocks(store),
    )
    return blocks.flatMap(itemsIn)
  }

  /** What is asked, if it answers at once; else the other. */
  async #atOnce<T>(ask: (late: AbortSignal) => Promise<T>, otherwise: () => T | Promise<T>): Promise<T> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), this.#waitMs)
    const tooLate = new Promise<never>((_resolve, reject) => {
      late.signal.addEventListener('abort', () => reject(new Error('it took too long')))
    })
    try {
      return await Promise.race([ask(late.signal), tooLate])
    } catch {
      return await otherwise()
    } finally {
      clearTimeout(timer)
    }
  }
}

function itemsOf(known: readonly Known[], before: string): Candidate[] {
  return known.map(({ key, about }) => ({ word: before + key, about }))
}

async function askApp(socket: string, of: 'items' | 'methods'): Promise<Known[]> {
  const { ControlClient } = await import('../../control/index.js')
  const client = await ControlClient.connect(socket)
  const ask = async (): Promise<Known[]> => {
    if (of === 'methods') return ((await client.request({ op: 'methods' })) as MethodDescription[]).map(knownMethod)
    const described = (await client.request({ op: 'describe', pattern: '*' })) as {
      readonly key: string
      readonly doc: string
      readonly choices: readonly string[] | null
    }[]
    return described.map(({ key, doc, choices }) => ({ key, about: doc, choices: choices ?? [] }))
  }
  return await ask().finally(() => client.close())
}

async function methodsOf(directory: Directory, located: readonly Located[], store: string): Promise<Known[]> {
  const of = async ({ place }: Located): Promise<readonly MethodDescription[]> =>
    await directory.asking.methodsAt(place, store).catch(() => [])
  return (await Promise.all(located.map(of))).flat().map(knownMethod)
}

function knownMethod({ name, doc, params }: MethodDescription): Known {
  const takes = params === null || params.length === 0 ? '' : `(${params.join(', ')}) `
  return { key: name, about: `${takes}${doc}`, choices: [] }
}

function itemsIn({ items: entries }: KnownBlock): Known[] {
  return Object.entries(entries)
    .filter(([key]) => !key.startsWith('_'))
    .map(([key, { description, enumerators, choices }]) => ({
      key,
      about: typeof description === 'string' ? description : '',
      choices: [...valuesOf(enumerators), ...valuesOf(choices)],
    }))
}

function valuesOf(of: unknown): string[] {
  return typeof of === 'object' && of !== null ? Object.values(of).map(String) : []
}

async function directoryOf(options: Typed['options']): Promise<Directory> {
  const { Directory } = await import('../../items/index.js')
  const { whereOf } = await import('../steer/wire/session.js')
  const given = ['home', 'keys', 'kv'].flatMap((flag): [string, string][] => {
    const value = options.get(`--${flag}`)
    return value === undefined ? [] : [[flag, value]]
  })
  const registry = options.get('--registry')
  const named: { readonly home?: string; readonly keys?: string; readonly kv?: string } = Object.fromEntries(given)
  const flags: WireFlags = { ...named, registry: registry === undefined ? [] : [registry] }
  return new Directory(whereOf(flags))
}
