/** Asks daemons what they serve, each by a connection that is closed again. */
import type { EventLoop } from '../../movement/index.js'
import { hostAndPort } from '../../net/listen.js'
import { RemoteError, RequestClient, type ClientCurve, type Payload } from '../../wire/index.js'
import { SCHEMA, type MethodDescription } from '../proxy/schema.js'
import { endpointOf, isSameHash, readBlock, type KnownBlock } from './known-block.js'
import { DiscoveryError } from './discovery-error.js'

/** Where a daemon is reached. */
export interface DaemonPlace {
  readonly host: string
  /** The port for requests. */
  readonly rep: number
  /** The port for publications. */
  readonly pub: number
  /** The daemon's public key, in Z85, where it asks for encryption. */
  readonly curve?: string
}

/** A daemon that has answered: its block, and where it did. */
export interface Located {
  readonly block: KnownBlock
  readonly place: DaemonPlace
}

/**
 * What becomes of a daemon whose key isn't known here. `tofu` (trust on first use): it is believed to be who it says, which is told
 * in the log, and whoever shows another key later isn't. `strict`: it isn't asked, nor is one without a key.
 */
export type Trust = 'tofu' | 'strict'

/** Whom to ask, and as whom. */
export interface AskingOptions {
  readonly esc: EventLoop
  /** How long somebody may take to say that he has got what is asked; 500 ms if it isn't given. */
  readonly ackMs?: number
  /** How long the answer may take; 5 s if it isn't given. */
  readonly replyMs?: number
  /** Our own keys, for daemons that ask for encryption. */
  readonly keys?: ClientCurve['keys'] | undefined
  /**
   * The public key that the daemon must have, in Z85; the one that its block tells if it isn't given, whoever the block is from.
   * Registries have keys of their own.
   */
  readonly serverKey?: string | undefined
  /** The same, where daemons of several stores are asked: the key of a store, if it is known. Used where `serverKey` isn't given. */
  readonly serverKeyOf?: ((store: string) => string | undefined) | undefined
  /** What becomes of daemons where that isn't given; `tofu` by default. */
  readonly trust?: Trust | undefined
  /** The public key of the registries, in Z85: they are asked without one if it isn't given. */
  readonly registryKey?: string | undefined
}

/** What is said of somebody of whom a block was known. */
export type Verdict =
  | { readonly is: 'live'; readonly located: Located }
  /** Somebody answers there, and it isn't this daemon. */
  | { readonly is: 'gone' }
  /** Nobody answers. */
  | { readonly is: 'silent'; readonly error: Error }

/** The `tcp://` address of a port of a host. */
export function addressOf(host: string, port: number): string {
  return `tcp://${hostAndPort(host, port)}`
}

/**
 * The keys to reach a daemon with; undefined: it asks for none.
 *
 * @throws {DiscoveryError} ERR_NO_DAEMON if it asks for encryption and there are no keys, has another key than it must have, or
 * one that isn't known, and must be.
 */
export function curveFor(
  { host, rep, curve }: DaemonPlace,
  { keys, serverKey: known, trust = 'tofu' }: Pick<AskingOptions, 'keys' | 'serverKey' | 'trust'>,
): ClientCurve | undefined {
  const where = hostAndPort(host, rep)
  if (known === undefined && trust === 'strict')
    throw new DiscoveryError(
      'ERR_NO_DAEMON',
      `the daemon at ${where} is not asked, as its key is not known here and trust is strict: ${curve === undefined ? 'it is said to have none' : `it is said to be ${curve} (deadbeat keys know)`}`,
    )
  const serverKey = known ?? curve
  if (serverKey === undefined) return undefined
  if (curve !== undefined && curve !== serverKey)
    throw new DiscoveryError(
      'ERR_NO_DAEMON',
      `the daemon at ${where} must have the key ${serverKey}, which is known here: it is said to have ${curve}; it is another one, or was given a new key (deadbeat keys know)`,
    )
  if (keys !== undefined) return { keys, serverKey }
  throw new DiscoveryError(
    'ERR_NO_DAEMON',
    `the daemon at ${where} asks for encryption: make a key (deadbeat keys new) and name it (keys)`,
  )
}

/** Asks daemons and registries. */
export class Asking {
  readonly options: AskingOptions

  constructor(options: AskingOptions) {
    this.options = options
  }

  /**
   * The blocks of a store that a daemon knows: mostly its own.
   *
   * @throws {RemoteError} If he knows of no such store.
   * @throws {WireError} If nobody answers.
   */
  async blocksAt(place: Omit<DaemonPlace, 'pub'>, store: string, signal?: AbortSignal): Promise<KnownBlock[]> {
    return blocksIn(await this.#get(place, `${store}._catalog`, this.#ofStore(store), signal), store)
  }

  /**
   * All blocks of a store that a registry knows.
   *
   * @throws As `blocksAt`.
   */
  async blocksOf(registry: Omit<DaemonPlace, 'pub'>, store: string, signal?: AbortSignal): Promise<KnownBlock[]> {
    return blocksIn(await this.#get(registry, `${store}._catalog`, this.#ofRegistry, signal), store)
  }

  /** The names of the stores that a daemon knows. */
  async storesAt(place: Omit<DaemonPlace, 'pub'>): Promise<string[]> {
    return namesIn(await this.#get(place, '_hash', { ...this.options, serverKey: undefined, trust: 'tofu' }))
  }

  /** The names of the stores that a registry knows. */
  async storesOf(registry: Omit<DaemonPlace, 'pub'>): Promise<string[]> {
    return namesIn(await this.#get(registry, '_hash', this.#ofRegistry))
  }

  /**
   * The methods of a daemon that we may call; a daemon of mKTL has none, and knows no such question.
   *
   * @throws As `blocksAt`.
   */
  async methodsAt(place: DaemonPlace, store: string): Promise<MethodDescription[]> {
    const { value } = await this.#get(place, `${store}.${SCHEMA}`, this.#ofStore(store))
    const methods = fieldsOf(value).find(([name]) => name === 'methods')?.[1]
    return Array.isArray(methods) ? methods.filter(isMethod) : []
  }

  /** Whether a daemon is where its block says, and what its block is now. */
  async confirm(block: KnownBlock, signal?: AbortSignal): Promise<Verdict> {
    const endpoint = endpointOf(block)
    if (endpoint === null) return { is: 'gone' }
    const { hostname: host, rep, pub, curve } = endpoint
    const place: DaemonPlace = { host, rep, pub, ...(curve === undefined ? {} : { curve }) }
    try {
      const known = await this.#hashAt(place, block, signal)
      if (isSameHash(known, block.hash) && Object.keys(block.items).length > 0)
        return { is: 'live', located: { block, place } }
      if (known === undefined) return { is: 'gone' }
      const now = (await this.blocksAt(place, block.store, signal)).find(({ uuid }) => uuid === block.uuid)
      return now === undefined ? { is: 'gone' } : { is: 'live', located: { block: now, place } }
    } catch (error) {
      if (error instanceof RemoteError) return { is: 'gone' }
      return { is: 'silent', error: error as Error }
    }
  }

  /** What registries tell of is asked itself: there it shows whether it is who it must be. */
  get #ofRegistry(): AskingOptions {
    return { ...this.options, serverKey: this.options.registryKey, trust: 'tofu' }
  }

  #ofStore(store: string): AskingOptions {
    const { serverKey, serverKeyOf } = this.options
    return serverKeyOf === undefined ? this.options : { ...this.options, serverKey: serverKey ?? serverKeyOf(store) }
  }

  async #hashAt(place: DaemonPlace, { store, uuid }: KnownBlock, signal?: AbortSignal): Promise<unknown> {
    const { value } = await this.#get(place, `${store}._hash`, this.#ofStore(store), signal)
    const hashes = fieldsOf(value).find(([name]) => name === store)?.[1]
    return fieldsOf(hashes).find(([name]) => name === uuid)?.[1]
  }

  /** Taken back, it lets go of the connection at once. */
  async #get(
    place: Omit<DaemonPlace, 'pub'>,
    target: string,
    options: AskingOptions,
    signal?: AbortSignal,
  ): Promise<Payload> {
    const { esc, ackMs = 500, replyMs = 5000 } = options
    const curve = curveFor({ ...place, pub: 0 }, options)
    const client = new RequestClient({ esc, address: addressOf(place.host, place.rep), ackMs, replyMs, curve })
    try {
      return await client.request({ type: 'GET', target, signal })
    } finally {
      client.close()
    }
  }
}

function namesIn({ value }: Payload): string[] {
  return fieldsOf(value).map(([store]) => store)
}

/** The blocks of a store in an answer; what can't be one is left out. */
function blocksIn({ value }: Payload, store: string): KnownBlock[] {
  return fieldsOf(value).flatMap(([, sent]) => {
    const block = blockOf(sent)
    return block?.store === store ? [block] : []
  })
}

/** What somebody sent as a block; null if it can't be one. */
function blockOf(sent: unknown): KnownBlock | null {
  try {
    return readBlock(sent)
  } catch {
    return null
  }
}

function isMethod(sent: unknown): sent is MethodDescription {
  const { name, doc, params } = Object(sent) as Readonly<Record<string, unknown>>
  return typeof name === 'string' && typeof doc === 'string' && (params === null || Array.isArray(params))
}

function fieldsOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
