/**
 * The registry: a daemon that knows of the others, for clients that look for one over UDP. It never carries what they say to
 * each other.
 *
 * It knows what it is told, what it knew when it ran before, and whom it finds; and it asks each from time to time whether it
 * is still there.
 */
import { hostname } from 'node:os'
import { toError } from '../../errors/index.js'
import { Escapement, stderrLogger, type EventLoop, type Logger } from '../../movement/index.js'
import { Answerer, DAEMON_PORT, REGISTRY_PORT } from '../../wire/discovery/answerer.js'
import { search, type Broadcast } from '../../wire/discovery/search.js'
import { hostAndPort } from '../../net/listen.js'
import type { Block } from '../daemon/block.js'
import type { Announcer, DaemonOptions } from '../daemon/daemon-options.js'
import { homeDirectory } from '../daemon/home.js'
import { ItemDaemon } from '../daemon/item-daemon.js'
import { Item } from '../model/item.js'
import { Asking, type AskingOptions } from './asking.js'
import { CacheFiles } from './cache-files.js'
import { RegistryBook } from './registry-book.js'
import { RegistryTargets } from './registry-targets.js'

/** How a registry is run, besides what any daemon takes. */
export interface RegistryOptions extends DaemonOptions, Pick<AskingOptions, 'ackMs' | 'keys'> {
  /** The port where clients call it; 10103 if it isn't given. */
  readonly registryPort?: number
  /** The port where daemons are called; 10111 if it isn't given. */
  readonly daemonPort?: number
  /** Hosts whose daemons are called, besides those that hear a broadcast. */
  readonly hosts?: readonly string[]
  /** Whose daemons are called: those of this machine if it isn't given. */
  readonly broadcast?: Broadcast
  /** How often daemons are asked whether they are there; once a minute if it isn't given. */
  readonly probeMs?: number
  /** How often a daemon may fail to answer in a row until it is forgotten; 3 if it isn't given. */
  readonly missesMax?: number
  /** How many daemons there is room for; 10,000 if it isn't given. */
  readonly blocksMax?: number
}

/**
 * A registry of daemons.
 *
 * @example
 * const { mkdtempSync } = await import('node:fs')
 * const registry = new RegistryDaemon('ketchup')
 * const home = mkdtempSync('/tmp/deadbeat-example-')
 * await registry.start({ home, port: 0, pubPort: 0, registryPort: 0, daemonPort: 0, broadcast: 'off' })
 * assert.equal(registry.name, 'registry:ketchup')
 * assert.equal(await registry.store.get('daemons'), 0)
 * await registry.stop()
 */
export class RegistryDaemon extends ItemDaemon {
  #life: RegistryLife | null = null

  /** @param host The name of its machine, of which its own is made. */
  constructor(host: string = hostname()) {
    const name = `registry:${host.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '_')}`
    super(name, name)
  }

  /** The ports where it is called; 0 while it isn't. */
  get calledAt(): { readonly registryPort: number; readonly daemonPort: number } {
    const { registry, daemons } = this.#life ?? { registry: null, daemons: null }
    return { registryPort: registry?.port ?? 0, daemonPort: daemons?.port ?? 0 }
  }

  /**
   * Start, by the steps of any daemon. When it resolves, whoever calls is answered.
   *
   * @throws {DeadbeatError} ERR_DAEMON_START: which step failed, and why.
   */
  override async start(options: RegistryOptions = {}): Promise<void> {
    const life = new RegistryLife(this, options)
    this.#life = life
    await super.start({ ...options, targets: (request) => life.targets.answer(request), announcer: life })
  }

  override setup(): void {
    const { book } = this.#life as RegistryLife
    const add = (key: string, doc: string, compute: () => number): void => {
      new Item<number>(this.store, key, { type: 'numeric', doc, compute })
    }
    add('daemons', 'How many daemons are known.', () => book.size)
    add('stores', 'Of how many stores they are.', () => book.stores.length)
  }

  override async setupFinal(): Promise<void> {
    await this.#life?.book.load()
  }

  override async run(signal: AbortSignal): Promise<void> {
    await this.#life?.run(signal)
  }
}

/** What goes on in a registry, besides what goes on in any daemon. */
class RegistryLife implements Announcer {
  readonly book: RegistryBook
  readonly targets: RegistryTargets
  registry: Answerer | null = null
  daemons: Answerer | null = null
  readonly #daemon: RegistryDaemon
  readonly #options: RegistryOptions
  readonly #esc: EventLoop
  readonly #log: Logger
  readonly #asking: Asking

  constructor(daemon: RegistryDaemon, options: RegistryOptions) {
    const { esc = Escapement.instance, log = stderrLogger, home = homeDirectory(), rights } = options
    const { missesMax = 3, blocksMax = 10_000 } = options
    this.#daemon = daemon
    this.#options = options
    this.#esc = esc
    this.#log = log
    this.#asking = new Asking({ esc, ackMs: options.ackMs ?? 500, keys: options.keys ?? options.curve?.keys })
    this.book = new RegistryBook({
      ...{ log, missesMax, blocksMax, cache: new CacheFiles({ home, log }), self: () => this.#place() },
      confirm: (block) => this.#asking.confirm(block),
    })
    this.targets = new RegistryTargets({ book: this.book, store: daemon.name, own: () => this.#ownBlock(), rights })
  }

  /** Answer whoever calls, and be known as any daemon. */
  async announce(block: () => Block): Promise<void> {
    const { address: host = '127.0.0.1', registryPort = REGISTRY_PORT, daemonPort = DAEMON_PORT } = this.#options
    const answerer = (port: number): Answerer =>
      new Answerer({ esc: this.#esc, log: this.#log, host, port, requestPort: this.#daemon.ports?.rep ?? 0 })
    this.registry = answerer(registryPort)
    await this.registry.start()
    this.daemons = answerer(daemonPort)
    await this.daemons.start().catch((error: unknown) => {
      this.#log.warn({ err: error }, `other registries won't find this one: ${toError(error).message}`)
    })
    await this.#options.announcer?.announce(block)
  }

  async withdraw(): Promise<void> {
    this.registry?.close()
    this.daemons?.close()
    await this.#options.announcer?.withdraw()
  }

  /** Ask each who is known whether he is there, and look for more, until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { probeMs = 60_000 } = this.#options
    await this.#find(signal)
    for (;;) {
      await this.#pause(probeMs, signal)
      if (signal.aborted) return
      await this.book.probe()
      await this.#find(signal)
    }
  }

  /** Call daemons, and take what they say as if they had announced it: those of Python announce themselves only once. */
  async #find(signal: AbortSignal): Promise<void> {
    const { hosts: targets = [], broadcast = 'machine', daemonPort: port = DAEMON_PORT } = this.#options
    const own = this.#daemon.ports?.rep
    for await (const { host, port: rep } of search({ esc: this.#esc, targets, port, broadcast, signal })) {
      if (rep === own) continue
      try {
        for (const store of await this.#asking.storesAt({ host, rep })) {
          const blocks = await this.#asking.blocksAt({ host, rep }, store)
          for (const block of blocks) await this.book.announce(block)
        }
      } catch (error) {
        const where = hostAndPort(host, rep)
        this.#log.debug({ err: error, where }, `what answers at ${where} is not known: ${toError(error).message}`)
      }
    }
  }

  /** Where clients are told that it is. */
  #place(): { readonly hostname: string; readonly rep: number } | null {
    const [first] = this.#block()?.provenance ?? []
    return first === undefined ? null : { hostname: first.hostname, rep: first.rep }
  }

  #ownBlock(): Readonly<Record<string, unknown>> {
    const block = this.#block()
    return block === null ? {} : { [block.uuid]: block.hash }
  }

  #block(): Block | null {
    return this.#daemon.store.item(`_${this.#daemon.alias}cat`).value as Block | null
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#esc.cancel(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = this.#esc.after(ms, end)
      if (signal.aborted) end()
      signal.addEventListener('abort', end)
    })
  }
}
