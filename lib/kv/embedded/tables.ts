/** The tables of a store in a file. */
import type { LeaseId } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'
import { asKey, asLease, asLeaseKey, asPlace, type LeaseKey, type Place } from './key-encoders.js'
import type { KeyEncoder, RootTable, Table } from './lmdb.js'

/** The tables of an open file. */
export interface Tables {
  /** What the store knows of itself; the other tables' names lie in it too. */
  readonly root: RootTable<Key>
  /** The keys as they are now. */
  readonly current: Table<Key>
  /** What was written, by revision. */
  readonly versions: Table<Place>
  /** The leases: how long they are granted for and when they end. */
  readonly leases: Table<LeaseId>
  /** Which keys go with which lease. */
  readonly leaseKeys: Table<LeaseKey>
}

/** Open the tables of a file; those that aren't there yet are made. */
export function openTables(root: RootTable<Key>): Tables {
  const open = <K>(name: string, keyEncoder: KeyEncoder<K>): Table<K> =>
    root.openDB(name, { encoding: 'binary', keyEncoder })
  return {
    root,
    current: open('current', asKey),
    versions: open('versions', asPlace),
    leases: open('leases', asLease),
    leaseKeys: open('leaseKeys', asLeaseKey),
  }
}
