/** The rows of a store in memory: every key with its versions, and what each revision changed. */
import sortedBTree from 'sorted-btree'
import type { Change, Kv } from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import { NO_END, type Key, type Range } from '../engine/range.js'
import { deletionOf } from '../store/apply.js'
import type { History, HistorySource, Revision, Rows } from '../store/rows.js'

const BTree = sortedBTree.default
const NOTHING: readonly never[] = []

/** All versions of a key that are kept, oldest first; a deletion has version 0. The last is its state. */
type Versions = Kv[]

/** Keys, versions and revisions in memory. */
export class MemoryRows implements Rows, HistorySource {
  revision = 1
  compacted = 1
  private readonly byKey = new Map<Key, Versions>()
  private readonly inOrder = new BTree<Key, Versions>([], (a, b) => (a < b ? -1 : Number(a > b)))
  /**
   * What the revisions from `compacted` on wrote, one key or several; the first wrote nothing. Most of the memory that
   * commits take is this, and collecting it a third of their time: it is no more than it has to be.
   */
  private log: (Kv | readonly Kv[])[] = [NOTHING]
  private readonly leases = new Map<LeaseId, Set<Key>>()

  read<T>(use: (history: History) => T): T {
    return use(this)
  }

  get(key: Key): Kv | undefined {
    const last = this.byKey.get(key)?.at(-1)
    return last === undefined || last.version === 0 ? undefined : last
  }

  *scan({ key, end }: Range, revision: number): Iterable<Kv> {
    if (end === undefined) {
      const kv = stateAt(this.byKey.get(key), revision)
      if (kv !== undefined) yield kv
      return
    }
    for (const [at, versions] of this.inOrder.entries(key)) {
      if (end !== NO_END && at >= end) return
      const kv = stateAt(versions, revision)
      if (kv !== undefined) yield kv
    }
  }

  *changes(from: number, to: number): Iterable<Revision> {
    for (let revision = from; revision <= to; revision++) {
      const changes = writtenIn(this.log[revision - this.compacted] ?? NOTHING).map(changeOf)
      if (changes.length > 0) yield { revision, changes }
    }
  }

  put(kv: Kv, before: Kv | undefined): void {
    this.add(kv)
    this.relieve(before)
    if (kv.lease !== NO_LEASE) this.leases.get(kv.lease)?.add(kv.key)
  }

  remove(before: Kv, revision: number): void {
    this.add(deletionOf(before.key, revision))
    this.relieve(before)
  }

  seal(revision: number, changes: readonly Change[]): void {
    this.revision = revision
    const [first] = changes
    this.log.push(changes.length === 1 && first !== undefined ? first.kv : changes.map(({ kv }) => kv))
  }

  hasLease(id: LeaseId): boolean {
    return this.leases.has(id)
  }

  /** The keys that go with a lease. */
  keysOf(id: LeaseId): readonly Key[] {
    return [...(this.leases.get(id) ?? [])]
  }

  addLease(id: LeaseId): void {
    this.leases.set(id, new Set())
  }

  dropLease(id: LeaseId): void {
    this.leases.delete(id)
  }

  /** Forget what was before a revision, which stays with what it changed. Costs as much as that has changed. */
  compact(revision: number): void {
    const gone = this.log.splice(0, revision - this.compacted)
    this.compacted = revision
    // Each key once: one that is written all the time has as many versions as there are revisions.
    const keys = new Set<Key>()
    for (const written of [...gone, ...this.log.slice(0, 1)]) for (const { key } of writtenIn(written)) keys.add(key)
    for (const key of keys) this.prune(key)
  }

  private add(kv: Kv): void {
    const versions = this.byKey.get(kv.key)
    if (versions !== undefined) {
      versions.push(kv)
      return
    }
    const first = [kv]
    this.byKey.set(kv.key, first)
    this.inOrder.set(kv.key, first)
  }

  private relieve(before: Kv | undefined): void {
    if (before !== undefined && before.lease !== NO_LEASE) this.leases.get(before.lease)?.delete(before.key)
  }

  /** Let go of the versions of a key that nobody can ask for any more. */
  protected prune(key: Key): void {
    const versions = this.byKey.get(key)
    if (versions === undefined) return
    const asked = lastUpTo(versions, this.compacted)
    versions.splice(0, versions[asked]?.version === 0 ? asked + 1 : Math.max(asked, 0))
    if (versions.length > 0) return
    this.byKey.delete(key)
    this.inOrder.delete(key)
  }
}

function writtenIn(written: Kv | readonly Kv[]): readonly Kv[] {
  return 'key' in written ? [written] : written
}

function changeOf(kv: Kv): Change {
  return { type: kv.version === 0 ? 'delete' : 'put', kv }
}

/** Where the last version is that isn't younger than a revision; -1: there is none. A key that is written all the time has thousands. */
function lastUpTo(versions: Versions, revision: number): number {
  let [from, to] = [0, versions.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((versions[middle] as Kv).mod <= revision) from = middle + 1
    else to = middle
  }
  return from - 1
}

/** A key's version at a revision: the last one that isn't younger, unless it is a deletion. */
function stateAt(versions: Versions | undefined, revision: number): Kv | undefined {
  const kv = versions?.at(-1)
  const found = kv === undefined || kv.mod <= revision ? kv : versions?.[lastUpTo(versions, revision)]
  return found === undefined || found.version === 0 ? undefined : found
}
