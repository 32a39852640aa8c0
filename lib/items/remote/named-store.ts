/** The store of a daemon that settings name: opened once the daemon is there, and followed from then on. */
import { codeOf, toError } from '../../errors/index.js'
import type { EventLoop, Logger } from '../../movement/index.js'
import { defaultKeyDirectory, KeyDirectory, REGISTRY } from '../../wire/curve/key-directory.js'
import type { Broadcast } from '../../wire/discovery/search.js'
import type { Trust } from '../discovery/asking.js'
import { readDaemonName } from '../discovery/daemon-name.js'
import type { LinkState } from '../model/link.js'
import type { Store } from '../model/store.js'
import { openStore, type OpenStoreOptions, type RemoteStore } from './remote-store.js'

/** Configuration insert of cogs that follow or set the items of a daemon. */
export const namedStoreConfig = {
  daemon: {
    doc: 'Whose items: NAME, NAME:HOST, NAME:PORT (of this machine) or NAME:HOST:PORT. Not set: the app brings the store.',
    format: 'text',
    default: null,
  },
  registries: {
    doc: 'Hosts with registries that may know that daemon, each HOST or HOST:PORT.',
    format: 'strings',
    default: [],
  },
  broadcast: {
    doc: 'Who is called for it if nobody knows it: all of this machine, all of the local net, or nobody (off).',
    format: ['machine', 'net', 'off'],
    default: 'machine',
  },
  key: {
    doc: 'The name of our own key of CURVE (deadbeat keys new NAME), for a daemon that asks for one.',
    format: 'text',
    default: null,
  },
  keys: {
    doc: 'The directory of keys; $DEADBEAT_KEYS by default, else that of the user.',
    format: 'path',
    default: null,
  },
  trust: {
    doc: 'Of a daemon whose key is not known there: tofu, it is believed to be who it says, and that is logged; strict, it is not asked.',
    format: ['tofu', 'strict'],
    default: 'tofu',
  },
} as const

/** The defaults of `namedStoreConfig`. */
export const NAMED_STORE_DEFAULTS = {
  daemon: null,
  registries: [],
  broadcast: 'machine',
  key: null,
  keys: null,
  trust: 'tofu',
} as const satisfies Record<keyof typeof namedStoreConfig, unknown>

/** A daemon that settings name. */
export interface NamedStoreOptions {
  readonly esc: EventLoop
  readonly log: Logger
  readonly daemon: string
  readonly registries: readonly string[]
  readonly broadcast: Broadcast
  readonly key: string | null
  readonly keys: string | null
  readonly trust: Trust
  /** Where else it is looked for, and how it is followed; it counts more than settings. */
  readonly where?: OpenStoreOptions | undefined
}

/**
 * Require that either settings name a daemon or somebody brings its store.
 *
 * @throws {RangeError} If both do, or nobody.
 * @example
 * assert.throws(() => requireOneStore(null, undefined), /one of daemon and store must be given: both are missing/)
 */
export function requireOneStore(daemon: string | null, store: Store | undefined): void {
  if ((daemon === null) !== (store === undefined)) return
  const fault = daemon === null ? 'both are missing' : `both are there, ${daemon} and ${String(store?.name)}`
  throw new RangeError(`one of daemon and store must be given: ${fault}`)
}

/** A store that is opened by its daemon's name. That the daemon is lost is told in the log, and that it is back. */
export class NamedStore {
  readonly #options: NamedStoreOptions
  readonly #closing = new AbortController()
  /** What was told of failing since the daemon was there, by its codes. */
  readonly #told = new Set<string>()
  #opening: Promise<RemoteStore> | null = null
  #state: LinkState | 'sought' = 'sought'
  #isLost = false

  /** @throws {DiscoveryError} ERR_DAEMON_NAME if it can't be one's name. */
  constructor(options: NamedStoreOptions) {
    readDaemonName(options.daemon)
    this.#options = options
  }

  /** Whether the daemon is there; `sought`: it wasn't yet. */
  get state(): LinkState | 'sought' {
    return this.#state
  }

  /**
   * The store. As long as it isn't found, each call looks for it.
   *
   * @throws {DiscoveryError} If it isn't found: what was tried.
   * @throws {CurveError} If our own key isn't there.
   */
  async open(): Promise<RemoteStore> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null
      throw error
    })
    return await this.#opening
  }

  /** Let go of it, or stop looking. */
  close(): void {
    this.#closing.abort(new Error(`${this.#options.daemon} isn't wanted any more`))
    this.#opening?.then(
      (store) => store.close(),
      () => undefined,
    )
  }

  async #open(): Promise<RemoteStore> {
    const { esc, log, daemon, registries, broadcast, key, keys, trust, where } = this.#options
    const { signal } = this.#closing
    const known = new KeyDirectory(keys ?? defaultKeyDirectory())
    const curve = {
      ...(key !== null && { keys: known.own(key) }),
      ...{ trust, serverKey: known.serverKey(readDaemonName(daemon).store) ?? undefined },
      registryKey: known.serverKey(REGISTRY) ?? undefined,
    }
    const store = await openStore(daemon, { registries, broadcast, ...curve, ...where, esc, log, signal })
    store.onError((error, { key: item }) => {
      const code = codeOf(error)
      const message = `${daemon}: ${item}: ${toError(error).message}`
      if (this.#told.has(code)) log.debug({ err: error }, message)
      else log.warn({ err: error }, message)
      this.#told.add(code)
    })
    store.link?.onState((state) => this.#become(state))
    this.#become(store.link?.state ?? 'closed')
    return store
  }

  #become(state: LinkState): void {
    const { log, daemon } = this.#options
    this.#state = state
    // It may be tried and lost several times before it is there again.
    if (state === 'lost' && !this.#isLost) {
      this.#isLost = true
      log.warn({}, `${daemon} is lost: its items are as they were until it is found again`)
    }
    if (state !== 'connected') return
    if (this.#isLost) log.info({}, `${daemon} is there again`)
    this.#isLost = false
    this.#told.clear()
  }
}
