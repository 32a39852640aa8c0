/** How the keys of a file's tables lie in it: in the order of their bytes. */
import type { LeaseId } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'
import type { KeyEncoder } from './lmdb.js'

/** Where a version of a key lies: the revision that wrote it, and its place among what that revision wrote. */
export interface Place {
  readonly mod: number
  readonly sub: number
}

/** A key that goes with a lease. */
export interface LeaseKey {
  readonly lease: LeaseId
  readonly key: Key
}

/** The most bytes of a key: what lmdb takes with pages of 4 KiB, less the lease that stands before it in one table. */
export const KEY_BYTES_MAX = 1970

/**
 * A key to look for or a bound of a range, no longer than need be: between the keys that may be stored it stands
 * where the whole one would.
 */
export function clip(key: Key): Key {
  return key.length > KEY_BYTES_MAX ? key.slice(0, KEY_BYTES_MAX + 1) : key
}

/** Keys as they are. */
export const asKey: KeyEncoder<Key> = {
  writeKey: (key, target, position) => position + target.write(key, position, 'latin1'),
  readKey: (source, start, end) => source.toString('latin1', start, end),
}

/** Versions by revision: 6 bytes, then 4 of their place in it. */
export const asPlace: KeyEncoder<Place> = {
  writeKey({ mod, sub }, target, position) {
    target.writeUIntBE(mod, position, 6)
    return target.writeUInt32BE(sub, position + 6)
  },
  readKey: (source, start) => ({ mod: source.readUIntBE(start, 6), sub: source.readUInt32BE(start + 6) }),
}

/** Leases by number. */
export const asLease: KeyEncoder<LeaseId> = {
  writeKey: (id, target, position) => target.writeBigUInt64BE(BigInt.asUintN(64, id), position),
  readKey: (source, start) => source.readBigUInt64BE(start),
}

/** The keys of leases, lease by lease. */
export const asLeaseKey: KeyEncoder<LeaseKey> = {
  writeKey({ lease, key }, target, position) {
    const behind = asLease.writeKey(lease, target, position)
    return behind + target.write(key, behind, 'latin1')
  },
  readKey: (source, start, end) => ({
    lease: source.readBigUInt64BE(start),
    key: source.toString('latin1', start + 8, end),
  }),
}
