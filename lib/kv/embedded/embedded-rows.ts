/** A store in a file in the midst of a write: commits are applied to it one after the other, and written as one. */
import type { Kv } from '../engine/engine.js'
import { NO_LEASE, type LeaseId } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'
import type { Rows } from '../store/rows.js'
import { EmbeddedHistory } from './embedded-history.js'
import type { Place } from './key-encoders.js'
import { RowWriter, type StoredKv } from './row-codec.js'
import { readState, writeState, type State } from './state.js'
import type { Tables } from './tables.js'

const writer = new RowWriter()
const NOTHING = Buffer.alloc(0)

/** The rows of a file within a write. */
export class EmbeddedRows extends EmbeddedHistory implements Rows, State {
  soonestMs: number
  private readonly found: State
  private nextSub = 0

  constructor(tables: Tables) {
    const found = readState(tables.root, undefined)
    super(tables, found, undefined)
    this.soonestMs = found.soonestMs
    this.found = found
  }

  put(kv: Kv, before: Kv | undefined): void {
    const { current, versions } = this.tables
    const sub = this.nextSub++
    versions.putSync({ mod: kv.mod, sub }, writer.version(kv, before === undefined ? null : placeOf(before)))
    current.putSync(kv.key, writer.current(kv, sub))
    if (kv.lease !== (before?.lease ?? NO_LEASE)) this.charge(kv.key, before?.lease, kv.lease)
  }

  remove(before: Kv, revision: number): void {
    const { current, versions } = this.tables
    versions.putSync({ mod: revision, sub: this.nextSub++ }, writer.deletion(before.key, placeOf(before)))
    current.removeSync(before.key)
    this.charge(before.key, before.lease, NO_LEASE)
  }

  seal(revision: number): void {
    this.revision = revision
    this.nextSub = 0
  }

  hasLease(id: LeaseId): boolean {
    return this.tables.leases.getBinaryFast(id, undefined) !== undefined
  }

  /** Write what changed of the store as a whole, and say whether anything did. The last thing in a write. */
  finish(): boolean {
    const { found, revision, compacted, soonestMs } = this
    if (revision === found.revision && compacted === found.compacted && soonestMs === found.soonestMs) return false
    writeState(this.tables.root, this)
    return true
  }

  private charge(key: Key, from: LeaseId | undefined, to: LeaseId): void {
    const { leaseKeys } = this.tables
    if (from !== undefined && from !== NO_LEASE) leaseKeys.removeSync({ lease: from, key })
    if (to !== NO_LEASE) leaseKeys.putSync({ lease: to, key }, NOTHING)
  }
}

/** Where a key's last version lies. What was read here says so. */
function placeOf(kv: Kv): Place {
  return { mod: kv.mod, sub: (kv as StoredKv).sub }
}
