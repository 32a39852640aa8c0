/**
 * Makes a daemon known, and keeps it so: by its name on this machine and in the database, by answering calls, and at the
 * registries. Registries are told again and again: one that was restarted, or that wasn't there, learns of it.
 */
import { codeOf, toError } from '../../errors/index.js'
import type { Binding, EventLoop, Logger } from '../../movement/index.js'
import { hostAndPort } from '../../net/listen.js'
import { Answerer, DAEMON_PORT, REGISTRY_PORT } from '../../wire/discovery/answerer.js'
import { search, type Broadcast } from '../../wire/discovery/search.js'
import { RemoteError, RequestClient } from '../../wire/index.js'
import { homeDirectory } from '../daemon/home.js'
import { addressOf, curveFor, type AskingOptions } from './asking.js'
import { CacheFiles } from './cache-files.js'
import { DiscoveryError } from './discovery-error.js'
import { endpointOf, isSameBlock, type KnownBlock } from './known-block.js'
import { KvNames, type HeldName, type KvNamesOptions } from './kv-names.js'
import { entryOf, thisProcess, type DaemonProcess, type NameEntry } from './name-entry.js'
import { RuntimeNames } from './runtime-names.js'

/** Whom a daemon is made known to. */
export interface AnnouncerOptions extends AskingOptions {
  readonly esc: EventLoop
  readonly log: Logger
  /** The directory of mKTL; `$MKTL_HOME`, else `~/.mKTL`, if it isn't given. */
  readonly home?: string
  /** The database that its name is put into; none if it isn't given. */
  readonly kv?: KvNamesOptions['kv'] | null
  /** The path in it. */
  readonly prefix?: string
  /** How long the name of a daemon that was killed stays there. */
  readonly ttlMs?: number
  /** The directory with the names of this machine; that of the user if it isn't given. */
  readonly runtimeDirectory?: string
  /** Hosts with registries, besides those in the files of `home`; each `HOST` or `HOST:PORT`, of UDP. */
  readonly registries?: readonly string[]
  /** Where else registries are looked for: on this machine if it isn't given. */
  readonly broadcast?: Broadcast
  readonly registryPort?: number
  /** The address at which calls are answered; 127.0.0.1 if it isn't given. */
  readonly host?: string
  /** The port at which calls are answered; null: none are. */
  readonly daemonPort?: number | null
  /** How long registries may take to answer a call; 250 ms if it isn't given. */
  readonly waitMs?: number
  /** How often it is made known anew; once a minute if it isn't given. */
  readonly everyMs?: number
  /** Whether it may take the place of another daemon, of the same name, that doesn't answer. */
  readonly override?: boolean
}

const MS_PER_S = 1000

/** Says that a daemon is there, until it is withdrawn. */
export class DaemonAnnouncer {
  readonly #options: AnnouncerOptions
  readonly #cache: CacheFiles
  readonly #names: readonly Name[]
  #block: () => KnownBlock = () => {
    throw new TypeError('nothing was announced')
  }
  #told: KnownBlock | null = null
  #process: DaemonProcess | null = null
  #answerer: Answerer | null = null
  #timer: Binding | null = null
  #round: Promise<void> = Promise.resolve()
  readonly #withdrawing = new AbortController()

  constructor(options: AnnouncerOptions) {
    const { log, home = homeDirectory(), runtimeDirectory, kv = null, prefix, ttlMs } = options
    this.#options = options
    this.#cache = new CacheFiles({ home, log })
    const runtime = new RuntimeNames({
      log,
      ...(runtimeDirectory === undefined ? {} : { directory: runtimeDirectory }),
    })
    const inKv = { ...(prefix === undefined ? {} : { prefix }), ...(ttlMs === undefined ? {} : { ttlMs }) }
    this.#names = [runtime, ...(kv === null ? [] : [new KvNames({ kv, ...inKv })])].map((place) => ({
      place,
      held: null,
    }))
  }

  /**
   * Make a daemon known, and again and again what it says of itself then. Called a second time: what it says has changed.
   * What can't be reached is told in the log, and tried anew.
   *
   * @param block What it says of itself.
   * @throws {DiscoveryError} ERR_NAME_TAKEN if another daemon has its name, or one of its items, and lives.
   */
  async announce(block: () => KnownBlock): Promise<void> {
    const { esc, everyMs = 60_000 } = this.#options
    this.#block = block
    this.#process ??= thisProcess(esc.wall() / MS_PER_S)
    await this.#answerCalls()
    await this.#next(() => this.#tellAll(true))
    this.#timer ??= esc.every(everyMs, () => void this.#next(() => this.#tellAll(false)).catch(() => undefined))
  }

  /** Take its names back, and answer for it no more. */
  async withdraw(): Promise<void> {
    const { esc, log } = this.#options
    if (this.#timer !== null) esc.cancel(this.#timer)
    this.#withdrawing.abort(new Error('it is withdrawn'))
    this.#answerer?.close()
    await this.#round
    for (const { place, held } of this.#names) {
      await held?.withdraw().catch((error: unknown) => {
        log.warn({ err: error }, `the name in ${place.place} can't be taken back: ${toError(error).message}`)
      })
    }
  }

  /** One round after the other. */
  #next(round: () => Promise<void>): Promise<void> {
    const done = this.#round.then(() => (this.#withdrawing.signal.aborted ? undefined : round()))
    this.#round = done.catch(() => undefined) // Told to who asked for it.
    return done
  }

  /** @throws {DiscoveryError} ERR_NAME_TAKEN if it is the first round; later it is told in the log. */
  async #tellAll(isFirst: boolean): Promise<void> {
    const { log } = this.#options
    const block = this.#block()
    const refused = (error: unknown): void => {
      if (isFirst && codeOf(error) === 'ERR_NAME_TAKEN') throw error
      log.error({ err: error }, `${block.store} ${block.alias} is refused: ${toError(error).message}`)
    }
    const entry = entryOf(block, this.#process as DaemonProcess)
    for (const name of this.#names) await this.#hold(name, entry, isSame(this.#told, block)).catch(refused)
    if (!isSame(this.#told, block)) await this.#keep(block)
    this.#told = block
    for (const registry of await this.#registries()) await this.#tell(registry, block).catch(refused)
  }

  async #hold(name: Name, entry: NameEntry, isTold: boolean): Promise<void> {
    try {
      if (name.held === null) name.held = await name.place.register(entry)
      else if (!isTold) await name.held.update(entry)
    } catch (error) {
      if (codeOf(error) === 'ERR_NAME_TAKEN') throw error
      this.#options.log.warn({ err: error }, `the name is not in ${name.place.place}: ${toError(error).message}`)
    }
  }

  async #keep(block: KnownBlock): Promise<void> {
    try {
      await this.#cache.write(block)
    } catch (error) {
      this.#options.log.warn(
        { err: error },
        `the block isn't kept for clients of this machine: ${toError(error).message}`,
      )
    }
  }

  async #answerCalls(): Promise<void> {
    const { esc, log, host = '127.0.0.1', daemonPort = DAEMON_PORT } = this.#options
    const requestPort = endpointOf(this.#block())?.rep
    if (daemonPort === null || this.#answerer !== null || requestPort === undefined) return
    const answerer = new Answerer({ esc, log, host, port: daemonPort, requestPort })
    this.#answerer = answerer
    await answerer.start().catch((error: unknown) => {
      log.warn({ err: error }, `a registry that starts won't find this daemon: ${toError(error).message}`)
    })
  }

  async #registries(): Promise<{ readonly host: string; readonly port: number }[]> {
    const {
      esc,
      log,
      registries = [],
      broadcast = 'machine',
      registryPort: port = REGISTRY_PORT,
      waitMs = 250,
    } = this.#options
    const { signal } = this.#withdrawing
    const targets = [...new Set([...registries, ...(await this.#cache.registries())])]
    const onTrouble = (target: string, error: Error): void =>
      log.debug({ err: error, target }, `${target} can't be called: ${error.message}`)
    const found: { host: string; port: number }[] = []
    for await (const each of search({ esc, targets, port, broadcast, waitMs, signal, onTrouble })) {
      found.push(each)
      if (!isOwn(this.#block(), each.port)) await this.#cache.rememberRegistry(each.host).catch(() => undefined)
    }
    return found.filter((each) => !isOwn(this.#block(), each.port))
  }

  /** @throws {DiscoveryError} ERR_NAME_TAKEN if the registry refuses the daemon. */
  async #tell({ host, port }: { readonly host: string; readonly port: number }, block: KnownBlock): Promise<void> {
    const { esc, log, override = false, ackMs = 500, replyMs = 5000 } = this.#options
    const where = hostAndPort(host, port)
    const { keys, registryKey: serverKey } = this.#options
    const curve = curveFor({ host, rep: port, pub: 0 }, { keys, serverKey })
    const client = new RequestClient({ esc, address: addressOf(host, port), ackMs, replyMs, curve })
    try {
      const value = override ? { ...block, override } : block
      const { signal } = this.#withdrawing
      await client.request({ type: 'SET', target: '_catalog', payload: { value, time: esc.wall() / MS_PER_S }, signal })
    } catch (error) {
      const { message } = toError(error)
      if (error instanceof RemoteError)
        throw new DiscoveryError('ERR_NAME_TAKEN', `the registry at ${where} refuses the daemon: ${message}`, {
          cause: error,
        })
      log.warn({ err: error, registry: where }, `the registry at ${where} could not be told: ${message}`)
    } finally {
      client.close()
    }
  }
}

/** A place for names, and the one that is held there. */
interface Name {
  readonly place: { readonly place: string; register(entry: NameEntry): Promise<HeldName> }
  held: HeldName | null
}

function isSame(told: KnownBlock | null, block: KnownBlock): boolean {
  return told !== null && isSameBlock(told, block) && told.provenance === block.provenance
}

/** Whether a registry that has answered is the daemon itself. */
function isOwn(block: KnownBlock, port: number): boolean {
  return endpointOf(block)?.rep === port && block.store.startsWith('registry:')
}
