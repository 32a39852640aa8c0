/**
 * The life of a daemon: its start, step by step, and its end. Nobody can reach it before all of its items are there with the
 * values that were saved; what fails on the way there is told with its step, and what was done before is undone.
 */
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { configEndings } from '../../conf/file.js'
import { DeadbeatError, toError } from '../../errors/index.js'
import { Escapement, stderrLogger, type EventLoop, type Logger } from '../../movement/index.js'
import { Rights } from '../../rights/index.js'
import { Item } from '../model/item.js'
import { Store } from '../model/store.js'
import { Saver } from '../persist/saver.js'
import { CacheFiles } from '../discovery/cache-files.js'
import { addDaemonMethods } from '../proxy/daemon-methods.js'
import { expose } from '../proxy/exposed.js'
import { isRunOf, runsOf, supervise } from '../proxy/runs.js'
import { entryOf, optionsOf } from '../types/description.js'
import { StoreServer } from '../serve/store-server.js'
import type { Block, ItemDescription } from './block.js'
import { addBuiltinItems } from './builtin-items.js'
import { Catalog } from './catalog.js'
import type { DaemonOptions } from './daemon-options.js'
import { homeDirectory } from './home.js'
import { Instance } from './instance.js'
import type { ItemClass, ItemDaemon } from './item-daemon.js'
import { readItemFile, type ItemFile } from './item-file.js'

/** How long `run` may take to end. */
const STOP_MS = 5000

/** One life of one daemon. */
export class Life {
  readonly store: Store
  /** Resolves when it is over; rejects with what `run` threw. */
  readonly ended: Promise<void>
  readonly #daemon: ItemDaemon<object>
  readonly #options: DaemonOptions
  readonly #esc: EventLoop
  readonly #log: Logger
  readonly #home: string
  readonly #running = new AbortController()
  #end!: (failure: Error | null) => void
  #file: ItemFile = {}
  #made: readonly Item[] = []
  #instance: Instance | null = null
  #saver: Saver | null = null
  #server: StoreServer | null = null
  #isSetUp = false
  #catalog: Catalog | null = null
  /** What was announced last. */
  #told: Block | null = null
  #run: Promise<unknown> = Promise.resolve()
  #failure: Error | null = null
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null

  constructor(daemon: ItemDaemon<object>, options: DaemonOptions) {
    const { esc = Escapement.instance, log = stderrLogger, home = homeDirectory() } = options
    this.#daemon = daemon
    this.#options = options
    this.#esc = esc
    this.#log = log
    this.#home = home
    this.store = options.store ?? new Store(daemon.name, esc, { log })
    this.ended = new Promise((resolve, reject) => {
      this.#end = (failure) => (failure === null ? resolve() : reject(failure))
    })
    this.ended.catch(() => undefined) // It is told in the log, too: nobody has to wait for it.
  }

  get ports(): { readonly rep: number; readonly pub: number } | null {
    return this.#server?.ports ?? null
  }

  addItem(itemClass: ItemClass, key: string, options: object): object {
    return new itemClass(this.store, key, { ...optionsOf(this.#described(key)), ...options } as never)
  }

  start(): Promise<void> {
    this.#starting = this.#start().catch(async (error: unknown) => {
      for (const failure of await this.#undo()) this.#log.warn({ err: failure }, failure.message)
      this.#end(null)
      throw error
    })
    return this.#starting
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    if (!isRunOf(this.#daemon)) return this.#stopping
    this.#stopping.catch(() => undefined) // It is told in the log.
    return Promise.resolve() // It waits for its run methods: who waits for it in one would wait for himself.
  }

  /** Its items are others by now, perhaps: whoever knows it is told at once. */
  async announceAgain(): Promise<void> {
    if (this.#told === null || this.#catalog === null || this.#stopping !== null) return
    const { block } = this.#catalog
    if (block.hash === this.#told.hash) return
    this.store.item(`_${this.#daemon.alias}cat`).refresh()
    try {
      await this.#announce(block)
    } catch (error) {
      this.#log.warn({ err: error }, `not everybody was told of ${this.#name}'s new items: ${toError(error).message}`)
    }
  }

  async #start(): Promise<void> {
    const daemon = this.#daemon
    await this.#step('read its items', () => this.#readItems())
    await this.#step('take its place', async () => {
      this.#instance = await Instance.take({ home: this.#home, store: daemon.name, alias: daemon.alias })
    })
    const catalog = await this.#makeCatalog()
    this.#catalog = catalog
    this.#isSetUp = true
    await this.#step('setup()', () => daemon.setup())
    await this.#step('expose its members', () => this.#expose())
    await this.#step('make its items', () => this.#makeItems(catalog))
    await this.#step('load its saved values', () => this.#loadValues())
    await this.#step('setupFinal()', () => daemon.setupFinal())
    await this.#step('find its run methods', () => runsOf(daemon))
    await this.#step('open its ports', () => this.#openPorts(catalog))
    await this.#step('announce itself', () => this.#announce(catalog.block))
    this.#log.info({ ...this.ports }, `${this.#name} serves`)
    this.#run = this.#supervise()
  }

  /** What fails says at what: of code of the author's it names the method. */
  async #step(name: string, work: () => unknown): Promise<void> {
    if (this.#stopping !== null)
      throw new DeadbeatError('ERR_DAEMON_START', `${this.#name} was stopped before it had started`)
    try {
      await work()
    } catch (error) {
      const message = `${this.#name} cannot start: ${name}: ${toError(error).message}`
      throw new DeadbeatError('ERR_DAEMON_START', message, { cause: error })
    }
  }

  #readItems(): void {
    const { name, alias, items: own } = this.#daemon
    const items = this.#options.items ?? own
    const base = join(this.#home, 'daemon', 'store', name, alias)
    const path = configEndings.map((ending) => base + ending).find((file) => existsSync(file))
    this.#file = items ?? (path === undefined ? {} : readItemFile(path))
  }

  /** What it said in its last run is in the files of its home. */
  async #makeCatalog(): Promise<Catalog> {
    const { store } = this
    const uuid = this.#instance?.uuid ?? ''
    const { alias } = this.#daemon
    const cache = new CacheFiles({ home: this.#home, log: this.#log })
    const before = (await cache.read(store.name)).find((block) => block.uuid === uuid)
    return new Catalog({ store, alias, uuid, before, describe: ({ options }) => entryOf(options) })
  }

  #described(key: string): ItemDescription {
    const name = key.toLowerCase()
    return (Object.hasOwn(this.#file, name) ? this.#file[name] : undefined) ?? {}
  }

  #expose(): void {
    if (this.#options.store !== undefined) return // Whoever made it says what can be asked of it.
    expose(this.store, this.#daemon, (key, options) => this.addItem(Item, key, options) as Item)
    addDaemonMethods(this.store, () => void this.stop().catch(() => undefined)) // What fails is in the log.
  }

  #makeItems(catalog: Catalog): void {
    const { alias } = this.#daemon
    const before = new Set(this.store.items)
    const saving = this.#options.persistence === undefined ? undefined : () => this.#saver?.state ?? null
    const missed = (): number => this.#server?.missed ?? 0
    addBuiltinItems(this.store, { alias, uuid: catalog.block.uuid, block: () => catalog.block, missed, saving })
    for (const key of Object.keys(this.#file)) if (!this.store.has(key)) this.addItem(Item, key, {})
    this.#made = this.store.items.filter((item) => !before.has(item))
  }

  async #loadValues(): Promise<void> {
    const { persistence } = this.#options
    if (persistence === undefined) return
    const { name, alias } = this.#daemon
    const place = { store: name, alias, uuid: this.#instance?.uuid ?? '' }
    const { store } = this
    const saver = new Saver({
      ...this.#options,
      store,
      persistence: await persistence(place),
      esc: this.#esc,
      log: this.#log,
    })
    this.#saver = saver
    await saver.load()
  }

  async #openPorts(catalog: Catalog): Promise<void> {
    // Without keys nobody is known: on this machine, or where somebody said that it may be insecure, he may do all.
    const { curve, rights = new Rights({ trustsAnonymous: curve === undefined }), port, pubPort } = this.#options
    const kept = this.#instance?.ports ?? { rep: null, pub: null }
    const avoided = this.#instance?.portsOfOthers ?? new Set()
    const server = new StoreServer({
      ...this.#options,
      ...{ store: this.store, esc: this.#esc, log: this.#log, rights, kept, avoided, port, pubPort },
      block: () => catalog.block,
      saved: (item) => (isDurable(item) ? this.#saver?.saved(item) : undefined),
    })
    this.#server = server
    const ports = await server.start()
    const key = curve === undefined ? {} : { curve: curve.keys.publicKey }
    catalog.provenance = [{ stratum: 0, hostname: this.#hostname(), ...ports, ...key }]
    await this.#instance?.keepPorts(ports)
  }

  async #announce(block: Block): Promise<void> {
    const { announcer = null } = this.#options
    this.#told = block
    await announcer?.announce(() => this.#catalog?.block ?? block)
  }

  async #supervise(): Promise<void> {
    await supervise({
      ...this.#options,
      ...{ owner: this.#daemon, name: this.#name, signal: this.#running.signal, esc: this.#esc, log: this.#log },
      onFailure: (error) => {
        this.#failure ??= error
        this.stop().catch(() => undefined) // It is told in the log.
      },
    })
  }

  async #stop(): Promise<void> {
    // What has begun to start is undone by the start itself.
    const isStarted = await this.#starting?.then(
      () => true,
      () => false,
    )
    if (isStarted !== true) return
    const failures = await this.#undo()
    for (const failure of failures) this.#log.error({ err: failure }, failure.message)
    this.#log.info({}, `${this.#name} has stopped`)
    this.#end(this.#failure)
    if (failures.length > 0)
      throw new AggregateError(
        failures,
        `${this.#name} has stopped, but: ${failures.map(({ message }) => message).join('; ')}`,
      )
  }

  /** Everything back, whatever fails; answers what did. What `cleanup` publishes is still sent and saved. */
  async #undo(): Promise<Error[]> {
    const failures: Error[] = []
    const step = async (name: string, work: () => unknown): Promise<void> => {
      try {
        await work()
      } catch (error) {
        failures.push(new Error(`${this.#name}: ${name} failed: ${toError(error).message}`, { cause: error }))
      }
    }
    if (this.#told !== null) await step('to withdraw its name', () => this.#options.announcer?.withdraw())
    await step('to end its requests', () => this.#server?.drain())
    this.#running.abort()
    await step('run()', () => this.#endRun())
    if (this.#isSetUp) await step('cleanup()', () => this.#daemon.cleanup())
    await step('to save its values', () => this.#saver?.close())
    await step('to close its ports', () => this.#server?.close())
    if (this.#options.store === undefined) this.store.close()
    else this.store.remove(this.#made)
    this.#instance?.release()
    return failures
  }

  /** The signal has told it to end; it may take a while. */
  async #endRun(): Promise<void> {
    const { stopMs = STOP_MS } = this.#options
    await new Promise((resolve, reject) => {
      const late = (): void => reject(new Error(`it has not ended ${stopMs} ms after its signal`))
      const limit = this.#esc.after(stopMs, late)
      void this.#run.then(resolve).finally(() => this.#esc.cancel(limit))
    })
  }

  get #name(): string {
    return `${this.#daemon.name}.${this.#daemon.alias}`
  }

  /** What clients are told: on a loopback address nobody else can reach it, and no name is better known than the address. */
  #hostname(): string {
    const { address = '127.0.0.1', advertise } = this.#options
    if (advertise !== undefined) return advertise
    return ['', '*', '0.0.0.0', '::'].includes(address) ? hostname() : address
  }
}

function isDurable({ options }: Item): boolean {
  return typeof options.persist === 'object' && options.persist.durable === true
}
