/** The store in a cluster of etcd, version 3.4 or newer. */
import type {
  Committed,
  Compare,
  Engine,
  Grant,
  LeaseState,
  Op,
  RangeRequest,
  RangeResult,
  Snapshot,
  Watch,
  WatchSink,
} from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Range } from '../engine/range.js'
import { TransactionTooLargeError } from '../errors.js'
import { CallFailure } from './call-failure.js'
import { Code } from '../rpc/code.js'
import { errorOf, type AskedFor } from './errors-of.js'
import { LeaseStream } from './lease-stream.js'
import type { Draft } from '../rpc/message.js'
import { METHODS, type Method } from '../rpc/methods.js'
import { compareMessage, leasesOf, opMessage, opResults, rangeResults } from './operations.js'
import { etcdSettings, type EtcdOptions } from './options.js'
import { Seen, type Header } from './seen.js'
import { Transport } from './transport.js'
import type { CallKind } from './unary-call.js'
import { WatchStream } from './watch-stream.js'
import { WireError } from '../rpc/wire.js'

/** The engine of `Etcd3Backend`. */
export class EtcdEngine implements Engine {
  readonly name: string
  readonly opsMax: number
  private readonly transport: Transport
  private readonly seen = new Seen()
  private readonly keeping: LeaseStream
  private readonly watches: WatchStream
  private isClosed = false

  /** Connects when it is first used. */
  constructor(options: EtcdOptions = {}) {
    const settings = etcdSettings(options)
    this.opsMax = settings.opsMax
    this.transport = new Transport(settings)
    this.name = this.transport.name
    this.keeping = new LeaseStream(this.transport)
    this.watches = new WatchStream(this.transport, this.seen)
  }

  get tellsProgress(): boolean {
    return this.watches.tellsProgress
  }

  async range(requests: readonly RangeRequest[], revision = 0): Promise<Snapshot> {
    const [first, second] = requests
    if (first === undefined || second === undefined) {
      // Alone it is cheaper than in a transaction. With nothing to read the revision is asked for.
      const request = { ...(first ?? { key: '\0', countOnly: true }), revision }
      const { header, kvs, count } = await this.call(METHODS.range, request, 'read', { isWrite: false, revision })
      return { revision: revision || (header?.revision ?? 0), results: first === undefined ? [] : [{ kvs, count }] }
    }
    const results: RangeResult[] = []
    let pinned = revision
    // What is too much for one transaction is read in several, all at the revision of the first.
    for (let at = 0; at < requests.length; at += this.opsMax) {
      const some = requests.slice(at, at + this.opsMax)
      const success = some.map((request) => ({ range: { ...request, revision: pinned } }))
      const asked = { isWrite: false, revision: pinned }
      const answer = await this.call(METHODS.txn, { success }, 'read', asked)
      results.push(...rangeResults(some, answer.responses))
      pinned ||= answer.header?.revision ?? 0
    }
    return { revision: pinned, results }
  }

  async commit(compares: readonly Compare[], ops: readonly Op[], otherwise: readonly Op[] = []): Promise<Committed> {
    const most = Math.max(compares.length, ops.length, otherwise.length)
    if (most > this.opsMax) {
      const advice = "The limit is opsMax, which is to be the server's --max-txn-ops."
      throw new TransactionTooLargeError('conditions or operations', most, this.opsMax, advice)
    }
    const isWrite = [ops, otherwise].some((some) => some.some(({ op }) => op !== 'range'))
    const request = {
      compare: compares.map(compareMessage),
      success: ops.map(opMessage),
      failure: otherwise.map(opMessage),
    }
    const leases = isWrite ? [...new Set([...leasesOf(ops), ...leasesOf(otherwise)])] : []
    const asked = { isWrite, ops: most, leases }
    const { header, succeeded, responses } = await this.call(METHODS.txn, request, isWrite ? 'write' : 'read', asked)
    try {
      return {
        ok: succeeded,
        revision: header?.revision ?? 0,
        results: opResults(succeeded ? ops : otherwise, responses),
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      throw errorOf(this.name, new CallFailure(Code.internal, error.message, true, { cause: error }), asked)
    }
  }

  watch(range: Range, from: number, sink: WatchSink): Watch {
    if (this.isClosed) throw this.transport.closedError()
    return this.watches.add(range, from, sink)
  }

  async grant(ttlS: number, id: LeaseId = NO_LEASE): Promise<Grant> {
    // A lease that nobody heard of ends by itself: asking again for any is safe, asking for this one is not.
    const kind = id === NO_LEASE ? 'read' : 'write'
    const answer = await this.call(METHODS.grant, { ttl: ttlS, id }, kind, { isWrite: id !== NO_LEASE })
    return { id: answer.id, ttlS: answer.ttl }
  }

  async keepAlive(id: LeaseId): Promise<number> {
    if (this.isClosed) throw this.transport.closedError()
    return await this.keeping.keepAlive(id)
  }

  async revoke(id: LeaseId): Promise<void> {
    try {
      await this.transport.call(METHODS.revoke, { id }, 'read')
    } catch (error) {
      if (!(error instanceof CallFailure) || error.code !== Code.notFound) {
        throw errorOf(this.name, error, { isWrite: false })
      }
    }
  }

  async timeToLive(id: LeaseId): Promise<LeaseState> {
    const answer = await this.call(METHODS.timeToLive, { id, keys: true }, 'read', { isWrite: false })
    return { ttlS: answer.ttl, grantedTtlS: answer.grantedTtl, keys: answer.keys }
  }

  async compact(revision: number): Promise<void> {
    await this.call(METHODS.compact, { revision }, 'read', { isWrite: false, revision })
  }

  async leases(): Promise<readonly LeaseId[]> {
    const { leases } = await this.call(METHODS.leases, {}, 'read', { isWrite: false })
    return leases.map(({ id }) => id)
  }

  async storeId(): Promise<bigint> {
    const { header } = await this.call(METHODS.status, {}, 'read', { isWrite: false })
    return header?.clusterId ?? 0n
  }

  async version(): Promise<string> {
    return (await this.call(METHODS.status, {}, 'read', { isWrite: false })).version
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as an engine that has something to wait for
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    const error = this.transport.closedError()
    this.watches.close(error)
    this.keeping.close(error)
    this.transport.close()
  }

  private async call<Q, R extends { readonly header: Header | undefined }>(
    method: Method<Q, R>,
    request: Draft<Q>,
    kind: CallKind,
    asked: AskedFor,
  ): Promise<R> {
    try {
      const answer = await this.transport.call(method, request, kind)
      this.seen.note(answer.header)
      return answer
    } catch (error) {
      throw errorOf(this.name, error, { ...asked, ...(await this.lostOf(error, asked.leases ?? [])) })
    }
  }

  /** Which of several leases isn't there: the server doesn't say. */
  private async lostOf(error: unknown, leases: readonly LeaseId[]): Promise<{ lease?: LeaseId }> {
    if (!(error instanceof CallFailure) || error.code !== Code.notFound) return {}
    const [first, ...others] = leases
    if (first === undefined) return {}
    for (const lease of others) if ((await this.timeToLive(lease)).ttlS < 0) return { lease }
    return { lease: first }
  }
}
