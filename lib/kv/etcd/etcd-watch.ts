/**
 * One watch, whatever streams it lives on.
 *
 * The rule that nothing is lost or repeated by: `next` is the first revision that was not told. It follows the last
 * event that was told, and an answer for progress that can be trusted; never the header of an answer that has events
 * or opens a watch, which tells how far the server is, and not how far it has got in telling (the client of others
 * that took it for that lost 2500 of 3501 events). A new stream begins at `next`, and what comes below it is dropped.
 */
import type { Change, Watch, WatchSink } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { tell } from '../engine/tell.js'
import type { Event, MessageOf } from '../rpc/messages.js'
import type { Header, Seen } from './seen.js'
import { WireError } from '../rpc/wire.js'

/** What a watch needs of those that it is one of. */
export interface Watches {
  /** Ask how far the stream is, for one. */
  ask(watch: EtcdWatch): void
  /** One isn't needed any more. */
  drop(watch: EtcdWatch): void
}

/** A watch under way. */
export class EtcdWatch implements Watch {
  readonly range: Range
  /** The first revision that was not told; 0: it begins with what comes when it is there. */
  next: number
  /** On the stream of now; 0: not on it. */
  id = 0
  isOpen = true
  /** Whether it was asked for on a stream that was there before, whose login may be over. */
  isLate = false
  private readonly sink: WatchSink
  private readonly watches: Watches
  /** The cluster that `next` is a revision of. */
  private clusterId: bigint | null
  /** What the store's revision can't be below, if it is the same store. */
  private floor: number
  private isTold = false
  private pending: Change[] = []
  private pendingRevision = 0

  constructor(watches: Watches, range: Range, from: number, sink: WatchSink, seen: Seen) {
    this.watches = watches
    this.range = range
    this.next = from
    this.sink = sink
    const isKnown = from > 0 && from - 1 <= seen.revision
    this.clusterId = isKnown ? seen.clusterId : null
    this.floor = isKnown ? from - 1 : 0
  }

  /** Whether what it was told before is of another store than this answer. */
  isOfAnother({ clusterId }: Header): boolean {
    return this.clusterId !== null && clusterId !== this.clusterId
  }

  /** Whether the store has gone back behind what it was told, or only this member is behind. */
  isAhead({ revision }: Header): boolean {
    return revision < this.floor
  }

  /** It is there. */
  created(header: Header): void {
    this.clusterId = header.clusterId
    if (this.next === 0) {
      this.next = header.revision + 1
      this.floor = header.revision
    }
    if (this.isTold) return
    this.isTold = true
    tell(() => this.sink.opened?.(this.next - 1))
  }

  /** Something happened. `isPart`: there is more of it to come. */
  happened(events: readonly MessageOf<typeof Event>[], isPart: boolean): void {
    for (const { type, kv } of events) {
      if (kv === undefined) throw new WireError('an event has no key')
      if (kv.mod !== this.pendingRevision) this.flush()
      if (!this.isOpen) return
      if (kv.mod < this.next) continue
      this.pendingRevision = kv.mod
      this.pending.push({ type: type === 0 ? 'put' : 'delete', kv })
    }
    if (!isPart) this.flush()
  }

  /** All up to a revision was told. `isAsked`: somebody wants to know. */
  progressed(revision: number, isAsked: boolean): void {
    if (revision < this.next - 1) return
    this.next = revision + 1
    this.floor = revision
    if (isAsked) tell(() => this.sink.progress?.(revision))
  }

  /** The stream is gone: what was told in part is told again. */
  detached(): void {
    this.id = 0
    this.isLate = false
    this.pending = []
    this.pendingRevision = 0
  }

  /** It is over: what comes next can't be told. */
  gap(compactRevision: number): void {
    this.isOpen = false
    tell(() => {
      this.sink.gap(compactRevision)
    })
  }

  /** It is over. */
  failed(error: Error): void {
    this.isOpen = false
    tell(() => {
      this.sink.failed(error)
    })
  }

  askProgress(): void {
    if (this.isOpen) this.watches.ask(this)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.watches.drop(this)
  }

  private flush(): void {
    const { pending: changes, pendingRevision: revision } = this
    if (changes.length === 0) return
    this.pending = []
    this.next = revision + 1
    this.floor = revision
    if (this.isOpen) {
      tell(() => {
        this.sink.changed(changes, revision)
      })
    }
  }
}
