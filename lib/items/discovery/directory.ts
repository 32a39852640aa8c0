/**
 * How a name becomes the places of daemons. What is asked, in this order: the address itself if the name has one; then what
 * costs next to nothing, all of it: names in the database, names of this machine, blocks from before; then registries, then
 * whoever hears a broadcast. It ends where somebody has answered. A block from before counts only if its daemon says so.
 */
import { toError } from '../../errors/index.js'
import type { EventLoop, Logger } from '../../movement/index.js'
import { hostAndPort } from '../../net/listen.js'
import { DAEMON_PORT, REGISTRY_PORT } from '../../wire/discovery/answerer.js'
import { search, type Broadcast } from '../../wire/discovery/search.js'
import { homeDirectory } from '../daemon/home.js'
import { Asking, type AskingOptions, type Located } from './asking.js'
import { CacheFiles } from './cache-files.js'
import { readDaemonName, type DaemonName } from './daemon-name.js'
import { endpointOf, type KnownBlock } from './known-block.js'
import { KvNames, type KvNamesOptions } from './kv-names.js'
import { FirstSight } from './first-sight.js'
import type { NameEntry } from './name-entry.js'
import { requireOneEach } from './require-one-each.js'
import { calledBy, nobody, reasonOf } from './nobody.js'
import { RuntimeNames } from './runtime-names.js'
import { isSameHost } from './same-host.js'
import { survey, type Survey } from './survey.js'

/** Where a directory looks. */
export interface DirectoryOptions extends AskingOptions {
  readonly esc: EventLoop
  readonly log: Logger
  /** The directory of mKTL; `$MKTL_HOME`, else `~/.mKTL`, if it isn't given. */
  readonly home?: string
  /** The database that names are in; none if it isn't given. */
  readonly kv?: KvNamesOptions['kv'] | null
  /** The path in it. */
  readonly prefix?: string
  /** The directory with the names of this machine; that of the user if it isn't given. */
  readonly runtimeDirectory?: string
  /** Hosts with registries, besides those in the files of `home`; each `HOST` or `HOST:PORT`, of UDP. */
  readonly registries?: readonly string[]
  /** Who is called besides: all of this machine if it isn't given. */
  readonly broadcast?: Broadcast
  readonly registryPort?: number
  readonly daemonPort?: number
  /** How long answers to a call are waited for; 1 s if it isn't given, 300 ms where only this machine is called. */
  readonly waitMs?: number
}

/** How thoroughly to look. */
export interface LocateOptions {
  /** Registries are asked also if others have answered: they may know of more daemons of the store. */
  readonly thorough?: boolean
  readonly signal?: AbortSignal
}

/** One look for one name: what was found, and what was tried. */
interface Look {
  readonly name: DaemonName
  readonly signal: AbortSignal | undefined
  readonly found: Map<string, Located>
  readonly tried: string[]
}

/** Of how many places of before each is told. */
const SILENT_TOLD = 3

/** Finds daemons. */
export class Directory {
  readonly asking: Asking
  readonly #options: DirectoryOptions & { readonly registryPort: number; readonly daemonPort: number }
  readonly #cache: CacheFiles
  readonly #kv: KvNames | null
  readonly #runtime: RuntimeNames
  readonly #seen: FirstSight

  constructor(options: DirectoryOptions) {
    const { log, home = homeDirectory(), kv = null, prefix, runtimeDirectory } = options
    this.#options = { registryPort: REGISTRY_PORT, daemonPort: DAEMON_PORT, ...options }
    this.asking = new Asking(options)
    this.#seen = new FirstSight(log)
    this.#cache = new CacheFiles({ home, log })
    this.#kv = kv === null ? null : new KvNames({ kv, ...(prefix === undefined ? {} : { prefix }) })
    this.#runtime = new RuntimeNames({
      log,
      ...(runtimeDirectory === undefined ? {} : { directory: runtimeDirectory }),
    })
  }

  /**
   * The daemons of a name: all of its store, each once.
   *
   * @param name `NAME`, `NAME:HOST`, `NAME:PORT` or `NAME:HOST:PORT`.
   * @throws {DiscoveryError} ERR_NO_DAEMON if nobody answers: it says what was tried. ERR_AMBIGUOUS if two have the same
   * alias, or the same key. ERR_DAEMON_NAME if the name can't be read.
   */
  async locate(name: string, { thorough = false, signal }: LocateOptions = {}): Promise<readonly Located[]> {
    const look: Look = { name: readDaemonName(name), signal, found: new Map(), tried: [] }
    if (look.name.port !== null) await this.#askAt(look, look.name.host ?? 'localhost', look.name.port)
    else {
      await this.#askKnown(look)
      if (look.found.size === 0 || thorough) await this.#askRegistries(look)
      if (look.found.size === 0) await this.#callDaemons(look)
    }
    signal?.throwIfAborted()
    const located = [...look.found.values()]
    if (located.length === 0) throw nobody(look.name, look.tried)
    requireOneEach(look.name.store, located)
    if (this.#options.serverKey === undefined) for (const each of located) this.#seen.believe(each)
    for (const { block } of located) await this.#keep(block)
    return located
  }

  /** All daemons that answer, and those that are remembered and don't: everybody is asked side by side. */
  async survey({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Survey> {
    const { log, registryPort, daemonPort, broadcast = 'machine' } = this.#options
    const targets = await this.#registries()
    const found = await survey({
      ...{ asking: this.asking, log },
      remembered: async () => {
        const stores = await this.#cache.stores()
        const cached = (await Promise.all(stores.map((store) => this.#cache.read(store)))).flat()
        return [...(await this.#names()).map(({ block }) => block), ...cached]
      },
      registries: this.#search({ port: registryPort, targets, broadcast, signal }),
      daemons: this.#search({ port: daemonPort, targets: [], broadcast, signal }),
      onGone: (block) => this.#forget(block),
    })
    for (const { block } of found.located) await this.#keep(block)
    return found
  }

  /** The names of stores that are known without asking anybody for them: as they stand in the database, and here. */
  async rememberedStores(): Promise<string[]> {
    const entries = await this.#names()
    return [...new Set([...entries.map(({ block }) => block.store), ...(await this.#cache.stores())])].sort()
  }

  /** The blocks of a store from before: what its daemons were when somebody of this user last found them. */
  async rememberedBlocks(store: string): Promise<KnownBlock[]> {
    return await this.#cache.read(store)
  }

  /** Be told whenever the names of a store in the database change; without a database never. Answers how to stop. */
  watch(name: string, listener: () => void): () => void {
    return this.#kv?.watch(readDaemonName(name).store, listener) ?? (() => undefined)
  }

  async #names(): Promise<NameEntry[]> {
    return [...((await this.#kv?.all()) ?? []), ...(await this.#runtime.all())]
  }

  /** A place that was named is asked as it is, whatever host its daemon says it is at: there may be a tunnel between. */
  async #askAt(look: Look, host: string, rep: number): Promise<void> {
    const where = hostAndPort(host, rep)
    try {
      const blocks = await this.asking.blocksAt({ host, rep }, look.name.store, look.signal)
      // A registry hands blocks on, and says so in them: what it tells of is elsewhere.
      const own = blocks.filter(({ provenance }) => provenance.length === 1)
      const here = own.filter((block) => endpointOf(block)?.rep === rep)
      for (const block of here.length > 0 ? here : own.slice(0, 1)) {
        const endpoint = endpointOf(block)
        if (endpoint === null) continue
        const { pub } = endpoint
        const { serverKey: curve = endpoint.curve } = this.#options // Who has answered has the key that he must have.
        look.found.set(block.uuid, { block, place: { host, rep, pub, ...(curve === undefined ? {} : { curve }) } })
      }
      if (own.length === 0) look.tried.push(`${where} (serves no ${look.name.store} itself)`)
    } catch (error) {
      look.tried.push(`${where} (${reasonOf(error)})`)
    }
  }

  async #askKnown(look: Look): Promise<void> {
    const { store } = look.name
    const names = async (source: KvNames | RuntimeNames | null): Promise<readonly NameEntry[]> => {
      if (source === null) return []
      try {
        const entries = await source.of(store)
        look.tried.push(`names in ${source.place} (${entries.length === 0 ? 'none' : entries.length})`)
        return entries
      } catch (error) {
        look.tried.push(`names in ${source.place} (${reasonOf(error)})`)
        return []
      }
    }
    const entries = [...(await names(this.#kv)), ...(await names(this.#runtime))]
    const cached = await this.#cache.read(store)
    const blocks = [...entries.map(({ block }) => block), ...cached]
    const wanted = await Promise.all(blocks.map((block) => this.#isAtHost(look, block)))
    const silent = await this.#confirmAll(
      look,
      blocks.filter((_block, i) => wanted[i]),
    )
    look.tried.push(...silent.slice(0, SILENT_TOLD))
    if (silent.length > SILENT_TOLD) look.tried.push(`${silent.length - SILENT_TOLD} more places of before (silent)`)
  }

  async #askRegistries(look: Look): Promise<void> {
    const { registryPort, broadcast = 'machine' } = this.#options
    const { host } = look.name
    const known = await this.#registries()
    const targets = host === null ? known : [...known, host]
    let count = 0
    for await (const { host: from, port: rep } of this.#search({
      port: registryPort,
      targets,
      broadcast,
      signal: look.signal,
    })) {
      count += 1
      await this.#askRegistry(look, from, rep)
      if (look.found.size > 0) break
    }
    const called = [...targets, ...calledBy(broadcast)]
    const answers = count === 0 ? 'silent' : `${count} answered, none that knows it`
    if (called.length > 0) look.tried.push(`registries ${called.join(', ')} (${answers})`)
  }

  async #askRegistry(look: Look, host: string, rep: number): Promise<void> {
    try {
      const blocks = await this.asking.blocksOf({ host, rep }, look.name.store, look.signal)
      const wanted = await Promise.all(blocks.map((block) => this.#isAtHost(look, block)))
      const silent = await this.#confirmAll(
        look,
        blocks.filter((_block, i) => wanted[i]),
      )
      look.tried.push(...silent)
      await this.#cache.rememberRegistry(host).catch((error: unknown) => this.#untold(error))
    } catch (error) {
      look.tried.push(`the registry at ${hostAndPort(host, rep)} (${reasonOf(error)})`)
    }
  }

  /** Daemons answer calls themselves. What one says of where it is counts less than where it has answered. */
  async #callDaemons(look: Look): Promise<void> {
    const { daemonPort, broadcast = 'machine' } = this.#options
    const { host } = look.name
    const targets = host === null ? [] : [host]
    if (broadcast === 'off' && targets.length === 0) {
      return
    }
    let count = 0
    for await (const found of this.#search({ port: daemonPort, targets, broadcast, signal: look.signal })) {
      count += 1
      if (host === null || (await isSameHost(host, found.host))) await this.#askAt(look, found.host, found.port)
    }
    const answers = count === 0 ? 'silent' : `${count} answered, and let us reach no ${look.name.store}`
    look.tried.push(`daemons ${[...targets, ...calledBy(broadcast)].join(', ')} (${answers})`)
  }

  /** Ask each daemon whether it is there; answers what those are told as that don't answer. */
  async #confirmAll(look: Look, blocks: readonly KnownBlock[]): Promise<string[]> {
    const verdicts = await Promise.all(blocks.map((block) => this.asking.confirm(block, look.signal)))
    const silent: string[] = []
    for (const [i, verdict] of verdicts.entries()) {
      const block = blocks[i] as KnownBlock
      if (verdict.is === 'live') look.found.set(block.uuid, verdict.located)
      else if (verdict.is === 'silent') {
        const { hostname = '', rep = 0 } = endpointOf(block) ?? {}
        silent.push(`${hostAndPort(hostname, rep)} (${reasonOf(verdict.error)})`)
      }
    }
    for (const [i, verdict] of verdicts.entries()) {
      const block = blocks[i] as KnownBlock
      if (verdict.is === 'gone' && !look.found.has(block.uuid)) await this.#forget(block)
    }
    return [...new Set(silent)]
  }

  async #isAtHost({ name: { host } }: Look, block: KnownBlock): Promise<boolean> {
    return host === null || (await isSameHost(host, endpointOf(block)?.hostname ?? ''))
  }

  async #registries(): Promise<string[]> {
    return [...new Set([...(this.#options.registries ?? []), ...(await this.#cache.registries())])]
  }

  #search(how: { port: number; targets: readonly string[]; broadcast: Broadcast; signal: AbortSignal | undefined }) {
    const { signal, ...rest } = how
    const { esc, log, waitMs } = this.#options
    return search({
      ...{ esc, ...rest },
      ...(waitMs === undefined ? {} : { waitMs }),
      ...(signal === undefined ? {} : { signal }),
      onTrouble: (target, error) => log.debug({ err: error, target }, `${target} can't be called: ${error.message}`),
    })
  }

  async #forget(block: KnownBlock): Promise<void> {
    await this.#cache.remove(block).catch((error: unknown) => this.#untold(error))
  }

  async #keep(block: KnownBlock): Promise<void> {
    await this.#cache.write(block).catch((error: unknown) => this.#untold(error))
  }

  /** What is kept for the next time is of no account for this one. */
  #untold(error: unknown): void {
    this.#options.log.debug({ err: error }, `what was found can't be kept: ${toError(error).message}`)
  }
}
