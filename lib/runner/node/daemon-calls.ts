/** The daemons that jobs of a node call: one connection each, kept until the node ends. */
import { openStore, type OpenStoreOptions, type RemoteStore } from '../../items/index.js'
import type { Json } from '../../kv/index.js'

/** How long a daemon may take to answer. */
const TIMEOUT_MS = 30_000

/** How daemons are found and reached. */
export interface DaemonCallsOptions extends Omit<OpenStoreOptions, 'serverKey'> {
  /** The key of CURVE that a daemon of that name must have; undefined: any, or none. */
  readonly serverKeyOf?: (daemon: string) => string | undefined
}

/** Calls methods of daemons by name. */
export class DaemonCalls {
  readonly #options: OpenStoreOptions
  readonly #serverKeyOf: (daemon: string) => string | undefined
  readonly #stores = new Map<string, Promise<RemoteStore>>()

  constructor({ serverKeyOf = () => undefined, ...options }: DaemonCallsOptions = {}) {
    this.#options = options
    this.#serverKeyOf = serverKeyOf
  }

  /** @throws {DiscoveryError} If there is no such daemon; and what the daemon answers. */
  async call(daemon: string, method: string, args: readonly Json[]): Promise<Json | undefined> {
    const store = await this.#opened(daemon)
    return (await store.reach().call(method, args, {}, { deadlineMs: TIMEOUT_MS })) as Json | undefined
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#stores.values())
    this.#stores.clear()
    for (const result of opened) if (result.status === 'fulfilled') result.value.close()
  }

  #opened(daemon: string): Promise<RemoteStore> {
    const known = this.#stores.get(daemon)
    if (known !== undefined) return known
    const opening = openStore(daemon, { ...this.#options, serverKey: this.#serverKeyOf(daemon) })
    this.#stores.set(daemon, opening)
    // Who is not there may come.
    opening.catch(() => this.#stores.delete(daemon))
    return opening
  }
}
