/** Which keys a call has to do with, and whether whoever calls may do that with them. */
import { Code } from '../rpc/code.js'
import type { TxnRequestMessage } from '../rpc/messages.js'
import { NO_END, type Range } from '../engine/range.js'
import type { RequestOf, UnaryName } from './calls.js'
import { rangeOf } from './reading.js'
import { Refusal } from './refusal.js'
import type { Served } from './served.js'

/** Who calls, as far as the connection knows. */
export interface KvClient {
  /** The common name in its certificate; null: it has none, or none with one name. */
  readonly certificate: string | null
}

/** To read keys, or to set and delete them. */
export type KvRight = 'read' | 'set'

/** Answers whether a client may do something with all keys of a range. */
export type MayUse = (client: KvClient, right: KvRight, range: Range) => boolean

interface Use {
  readonly right: KvRight
  readonly range: Range
}

/** A token of a commit (lib/kv/commit): its name is by chance, so that nobody has it but who made it. */
const TOKEN = /^txn\/[\w-]{12}\/\d{1,10}$/
/** What stands in one, a number. */
const TOKEN_BYTES_MAX = 16

const ALL: Range = { key: NO_END, end: NO_END }

/** The part of a call that knows of its connection. */
export interface Call {
  getAuthContext(): { readonly sslPeerCertificate?: { readonly subject?: { readonly CN?: unknown } } }
}

function clientOf(call: Call): KvClient {
  const name = call.getAuthContext().sslPeerCertificate?.subject?.CN
  return { certificate: typeof name === 'string' ? name : null }
}

/** The guard of one call; without rules it lets everything pass. */
export class Guard {
  readonly #served: Served
  readonly #call: Call

  constructor(served: Served, call: Call) {
    this.#served = served
    this.#call = call
  }

  /** Whether all keys of a range may be read or set. */
  may(right: KvRight, range: Range): boolean {
    const { mayUse } = this.#served.settings
    if (range.end === undefined && TOKEN.test(range.key)) return true
    return mayUse === null || mayUse(clientOf(this.#call), right, range)
  }

  /** @throws {Refusal} If a call has to do with keys that may not be used so. */
  async require<M extends UnaryName>(name: M, asked: RequestOf<M>): Promise<void> {
    if (this.#served.settings.mayUse === null) return
    for (const { right, range } of await this.#usesOf(name, asked)) if (!this.may(right, range)) throw denied()
  }

  /**
   * A lease is kept alive or ended by who may set all keys that hang on it.
   *
   * @throws {Refusal} If they may not be set.
   */
  async requireLease(id: bigint): Promise<void> {
    if (this.#served.settings.mayUse === null) return
    for (const { right, range } of await this.#keysOf(id, 'set')) if (!this.may(right, range)) throw denied()
  }

  async #usesOf<M extends UnaryName>(name: M, asked: RequestOf<M>): Promise<readonly Use[]> {
    switch (name) {
      case 'range':
        return [readOf(asked as RequestOf<'range'>)]
      case 'put':
        return putUses(asked as RequestOf<'put'>)
      case 'deleteRange':
        return deleteUses(asked as RequestOf<'deleteRange'>)
      case 'txn':
        return txnUses(asked as RequestOf<'txn'>)
      case 'compact':
        return [{ right: 'set', range: ALL }]
      case 'revoke':
        return await this.#keysOf((asked as RequestOf<'revoke'>).id, 'set')
      case 'timeToLive': {
        const { id, keys } = asked as RequestOf<'timeToLive'>
        return keys ? await this.#keysOf(id, 'read') : []
      }
      default:
        return []
    }
  }

  async #keysOf(id: bigint, right: KvRight): Promise<readonly Use[]> {
    const { keys } = await this.#served.engine.timeToLive(id)
    return keys.map((key) => ({ right, range: { key } }))
  }
}

/** In etcd's words. */
export function denied(): Refusal {
  return new Refusal(Code.denied, 'etcdserver: permission denied')
}

function readOf(asked: { readonly key: string; readonly end: string }): Use {
  return { right: 'read', range: rangeOf(asked) }
}

function putUses({ key, prevKv, value, lease }: RequestOf<'put'>): Use[] {
  // What is no number, or would stay, is no token.
  const isOdd = TOKEN.test(key) && (value.length > TOKEN_BYTES_MAX || lease === 0n)
  return [
    ...(isOdd ? [{ right: 'set', range: ALL } as const] : []),
    { right: 'set', range: { key } },
    ...(prevKv ? [{ right: 'read', range: { key } } as const] : []),
  ]
}

function deleteUses(asked: { readonly key: string; readonly end: string; readonly prevKv: boolean }): Use[] {
  return [{ right: 'set', range: rangeOf(asked) }, ...(asked.prevKv ? [readOf(asked)] : [])]
}

/** Of both branches: which one is taken shows what is there. */
function txnUses({ compare, success, failure }: TxnRequestMessage): Use[] {
  return [
    ...compare.map(readOf),
    ...[...success, ...failure].flatMap(({ range, put, deleteRange, txn }) => [
      ...(range === undefined ? [] : [readOf(range)]),
      ...(put === undefined ? [] : putUses(put)),
      ...(deleteRange === undefined ? [] : deleteUses(deleteRange)),
      ...(txn === undefined ? [] : [{ right: 'set', range: ALL } as const]), // It is refused behind this, whatever it is.
    ]),
  ]
}
