/** A store over the wire: its items and methods answer requests, and what changes is published. */
import { ConfigError } from '../../errors/index.js'
import type { EventLoop, Logger } from '../../movement/index.js'
import { anonymous, type Principal } from '../../rights/index.js'
import { isLoopback } from '../../net/is-loopback.js'
import { PublishServer, RequestServer, type RequestServerOptions } from '../../wire/index.js'
import { MissedCount } from '../model/missed-count.js'
import { openFirst, rangesOf, type PortRange } from './ports.js'
import { StorePublications } from './publications.js'
import { pythonTypeOf } from './python-type.js'
import { StoreAnswers, type StoreAnswersOptions } from './store-answers.js'

/** The limits of what clients may ask for, and how much is kept for them. */
export type ServeLimits = Pick<
  RequestServerOptions,
  | 'clientInFlightMax'
  | 'inFlightMax'
  | 'clientRateMax'
  | 'clientBurstMax'
  | 'clockSkewMs'
  | 'replyCacheMax'
  | 'replyCacheBytesMax'
  | 'replyCacheMs'
  | 'messageBytesMax'
  | 'targetBytesMax'
  | 'unreadBytesMax'
  | 'heartbeatMs'
  | 'curve'
> & {
  /** How long requests under way may take when it stops. */
  readonly drainMs?: number | undefined
  /** How many publications wait for a subscriber that is slow. */
  readonly publishQueueMax?: number | undefined
  /** How many bytes the topics of all subscribers may have together. */
  readonly topicsBytesMax?: number | undefined
  /** Whether errors are told with their stacks, which name files. */
  readonly debug?: boolean | undefined
}

/** What a store is served with. */
export interface StoreServerOptions extends ServeLimits, Omit<StoreAnswersOptions, 'missed'> {
  readonly esc: EventLoop
  readonly log: Logger
  readonly address?: string | undefined
  readonly port?: number | PortRange | undefined
  readonly pubPort?: number | PortRange | undefined
  /** Whether other machines may reach it without keys: what passes can be read and changed on its way, and nobody is known. */
  readonly insecure?: boolean | undefined
  /** The ports of the last run. */
  readonly kept?: { readonly rep: number | null; readonly pub: number | null }
  /** Ports of other daemons. */
  readonly avoided?: ReadonlySet<number>
}

/** Where ports are looked for, by mKTL. */
const PORTS_LAST = 13_679
const REQUEST_PORTS: PortRange = [10_079, PORTS_LAST]
const PUBLISH_PORTS: PortRange = [10_139, PORTS_LAST]

/** The server of one store. */
export class StoreServer {
  readonly #options: StoreServerOptions
  readonly #answers: StoreAnswers
  readonly #missed: MissedCount
  #requests: RequestServer | null = null
  #publishing: PublishServer | null = null
  #publications: StorePublications | null = null

  constructor(options: StoreServerOptions) {
    this.#options = options
    const { esc, log, store } = options
    const why = 'they read too slowly (publishQueueMax), or were cut off'
    const text = (count: number): string =>
      `subscribers of ${store.name} say that ${count} publications never came: ${why}`
    this.#missed = new MissedCount({ esc, log, text })
    this.#answers = new StoreAnswers({ ...options, missed: (count) => this.#missed.add(count) })
  }

  /** Where it listens; null while it doesn't. */
  get ports(): { readonly rep: number; readonly pub: number } | null {
    if (this.#requests === null || this.#publishing === null) return null
    return { rep: this.#requests.port, pub: this.#publishing.port }
  }

  /** How many publications subscribers say have never come. Those of Python count none. */
  get missed(): number {
    return this.#missed.total
  }

  /**
   * Open both ports and answer which they are; that for publications first: who gets an answer can subscribe.
   *
   * @throws {WireError} ERR_WIRE_IN_USE if there is no free port.
   * @throws {ConfigError} If other machines could reach it without keys, and `insecure` doesn't say that they may.
   */
  async start(): Promise<{ readonly rep: number; readonly pub: number }> {
    requireSafe(this.#options)
    const { store, port, pubPort, kept = { rep: null, pub: null }, avoided = new Set<number>() } = this.#options
    const publishRanges = rangesOf({ wanted: pubPort, kept: kept.pub, usual: PUBLISH_PORTS, avoided })
    const publishing = await openFirst(publishRanges, (range) => this.#publish(range))
    this.#publishing = publishing
    const publications = new StorePublications(store, publishing, (path) => this.#mayPublish(path))
    this.#publications = publications
    publications.open()
    const others = new Set([...avoided, publishing.port])
    const requestRanges = rangesOf({ wanted: port, kept: kept.rep, usual: REQUEST_PORTS, avoided: others })
    this.#requests = await openFirst(requestRanges, (range) => this.#answer(range))
    return { rep: this.#requests.port, pub: publishing.port }
  }

  /** Take no new requests, and wait for those under way, up to the limit. What is published still goes out. */
  async drain(): Promise<void> {
    await this.#requests?.close()
  }

  /** Close what is open. */
  async close(): Promise<void> {
    await this.drain()
    this.#publications?.close()
    await this.#publishing?.close()
    this.#requests = this.#publishing = null
  }

  async #answer(port: PortRange): Promise<RequestServer> {
    const { store: _store, drainMs, ...options } = this.#options
    const server = new RequestServer({
      ...options,
      ...{ port, stopMs: drainMs, errorType: pythonTypeOf },
      handle: (request) => this.#answers.answer(request),
    })
    await server.start()
    return server
  }

  async #publish(port: PortRange): Promise<PublishServer> {
    const { esc, log, address, curve, publishQueueMax, topicsBytesMax } = this.#options
    const server = new PublishServer({
      ...{ esc, log, address, port, curve, topicsBytesMax, queueMax: publishQueueMax },
      admits: (principal) => this.#mayHearAll(principal),
      onSubscription: (topic, isOn) => this.#publications?.hear(topic, isOn),
    })
    await server.start()
    return server
  }

  /** Without keys anybody may listen, so that nothing goes out but what anybody may read. */
  #mayPublish(path: string): boolean {
    const { curve, rights } = this.#options
    return curve !== undefined || rights.may(anonymous, 'read', path)
  }

  /** With keys ZeroMQ knows who listens, and not to what: whoever may not read everything can't listen. */
  #mayHearAll(principal: Principal): boolean {
    const { rights, store } = this.#options
    const name = store.name.toLowerCase()
    return (
      rights.mayAll(principal) ||
      store.items.every(({ key, isGettable }) => !isGettable || rights.may(principal, 'read', `${name}.${key}`))
    )
  }
}

function requireSafe({ address = '127.0.0.1', curve, insecure = false }: StoreServerOptions): void {
  if (isLoopback(address) || curve !== undefined || insecure) return
  const where = address === '' || address === '*' ? 'every address of this machine' : address
  throw new ConfigError([
    `items at ${where} can be reached by other machines, without keys: give it keys (curve), listen at 127.0.0.1, or say insecure: true`,
  ])
}
