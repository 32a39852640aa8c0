/** What one client of the control socket may see and do, and the audit of what it did. */
import type { Item, Store } from '../items/index.js'
// Not by its door, which loads the wire.
import { beforeSet } from '../items/model/before-set.js'
import { maskSecrets } from '../items/model/mask-secrets.js'
import { schemaOf, type MethodDescription } from '../items/proxy/schema.js'
import { audited, type WriteAudit } from '../rights/audit.js'
import type { Principal, Right, Rights } from '../rights/index.js'
import type { ControlPeer } from './peer.js'

/** Who may what, and where it is written down. */
export interface ControlRights {
  /** Asked for each request; if it isn't given, whoever can open the socket may do all. */
  readonly rights?: Rights | undefined
  /** Told of what was changed and called. */
  readonly audit?: WriteAudit | undefined
}

const unwritten: WriteAudit = () => undefined

/** The guard of one connection. */
export class Guard {
  readonly #store: Store
  readonly #peer: ControlPeer
  readonly #options: ControlRights

  constructor(store: Store, peer: ControlPeer, options: ControlRights) {
    this.#store = store
    this.#peer = peer
    this.#options = options
  }

  get principal(): Principal {
    return this.#peer.principal
  }

  /** Whether an item may be read. */
  mayRead(key: string): boolean {
    return this.#options.rights?.may(this.principal, 'read', this.#pathOf(key)) ?? true
  }

  /** The items of a pattern that may be read. */
  find(pattern: string): readonly Item[] {
    return this.#store.find(pattern).filter(({ key }) => this.mayRead(key))
  }

  /** The methods that may be called. */
  methods(): readonly MethodDescription[] {
    const { rights } = this.#options
    return schemaOf(this.#store, (right, name) => rights?.may(this.principal, right, this.#pathOf(name)) ?? true)
      .methods
  }

  /** @throws {ForbiddenError} If none of what a pattern means may be read. */
  requireSome(pattern: string): void {
    if (this.find(pattern).length === 0) this.#options.rights?.require(this.principal, 'read', this.#pathOf(pattern))
  }

  /** Set an item, if that is allowed. */
  async set(item: Item, value: unknown): Promise<void> {
    const maySet = this.#options.rights?.may(this.principal, 'set', this.#pathOf(item.key)) ?? true
    const values = { ...beforeSet(item, maySet), asked: item.options.isSecret === true ? '***' : maskSecrets(value) }
    const act = () => item.set(value, { principal: this.principal })
    await this.#carryOut('set', item.key, values, act, () => item.shown)
  }

  /** Do something that has the name of a method, if that is allowed. */
  call<T>(name: string, named: Readonly<Record<string, unknown>>, act: () => T | Promise<T>): Promise<T> {
    return this.#carryOut('call', name, { asked: maskSecrets(named) }, act)
  }

  #carryOut<T>(
    right: Right & ('set' | 'call'),
    key: string,
    values: { readonly asked: unknown; readonly before?: unknown },
    act: () => T | Promise<T>,
    after?: () => unknown,
  ): Promise<T> {
    const path = this.#pathOf(key)
    const { rights, audit = unwritten } = this.#options
    const allowed = (): T | Promise<T> => {
      rights?.require(this.principal, right, path)
      return act()
    }
    return audited(audit, { ...this.#peer, right, path, ...values }, allowed, after)
  }

  #pathOf(key: string): string {
    return `${this.#store.name}.${key}`.toLowerCase()
  }
}
