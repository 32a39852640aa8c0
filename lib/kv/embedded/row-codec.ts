/**
 * How rows lie in a file. Of a key as it is now there is a short row that says where its last version lies; a version
 * has its value, and says where the one before it lies. Numbers are big-endian, revisions have 6 bytes.
 *
 *     current   sub 4, mod 6, create 6, version 6, lease 8 if any
 *     version   flags 1, key length 2, key, create 6, version 6, lease 8 if any, place before 10 if any, value
 *     deletion  flags 1, key length 2, key, place before 10
 */
import type { Kv } from '../engine/engine.js'
import { NO_LEASE } from '../engine/lease-id.js'
import type { Key } from '../engine/range.js'
import { deletionOf } from '../store/apply.js'
import type { Place } from './key-encoders.js'

/** A version of a key, and where it lies. */
export interface StoredKv extends Kv {
  readonly sub: number
}

/** A row of the table of versions. */
export interface VersionRow {
  readonly kv: StoredKv
  /** The version before it, unless the key came into being with this one. */
  readonly before: Place | null
}

const NOTHING = new Uint8Array(0)
const CURRENT_BYTES = 22
const VERSION_BYTES_MOST = 1 + 2 + 12 + 8 + 10
const DELETED = 1
const LEASED = 2
const PRECEDED = 4

/** Writes rows, one after the other into the same bytes: what it answers holds until the next one. */
export class RowWriter {
  private readonly short = Buffer.allocUnsafeSlow(CURRENT_BYTES + 8)
  private readonly shortBare = this.short.subarray(0, CURRENT_BYTES)
  private bytes = Buffer.allocUnsafeSlow(4096)

  /** The row of a key as it is now. */
  current({ create, mod, version, lease }: Kv, sub: number): Buffer {
    const { short } = this
    short.writeUInt32BE(sub, 0)
    short.writeUIntBE(mod, 4, 6)
    short.writeUIntBE(create, 10, 6)
    short.writeUIntBE(version, 16, 6)
    if (lease === NO_LEASE) return this.shortBare
    short.writeBigUInt64BE(BigInt.asUintN(64, lease), CURRENT_BYTES)
    return short
  }

  /** The row of a version that was written. */
  version({ key, value, create, version, lease }: Kv, before: Place | null): Buffer {
    const bytes = this.room(VERSION_BYTES_MOST + key.length + value.length)
    const flags = (lease === NO_LEASE ? 0 : LEASED) | (before === null ? 0 : PRECEDED)
    let at = this.head(bytes, flags, key)
    at = bytes.writeUIntBE(create, at, 6)
    at = bytes.writeUIntBE(version, at, 6)
    if (lease !== NO_LEASE) at = bytes.writeBigUInt64BE(BigInt.asUintN(64, lease), at)
    if (before !== null) at = this.place(bytes, before, at)
    bytes.set(value, at)
    return bytes.subarray(0, at + value.length)
  }

  /** The row that says that a key was deleted. */
  deletion(key: Key, before: Place): Buffer {
    const bytes = this.room(VERSION_BYTES_MOST + key.length)
    return bytes.subarray(0, this.place(bytes, before, this.head(bytes, DELETED | PRECEDED, key)))
  }

  private head(bytes: Buffer, flags: number, key: Key): number {
    bytes.writeUInt8(flags, 0)
    bytes.writeUInt16BE(key.length, 1)
    return 3 + bytes.write(key, 3, 'latin1')
  }

  private place(bytes: Buffer, { mod, sub }: Place, at: number): number {
    return bytes.writeUInt32BE(sub, bytes.writeUIntBE(mod, at, 6))
  }

  private room(length: number): Buffer {
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(length * 2)
    return this.bytes
  }
}

/** Read the row of a key as it is now, without its value. `length` is how much of the bytes is the row. */
export function readCurrent(key: Key, bytes: Buffer, length: number): StoredKv {
  return {
    key,
    value: NOTHING,
    create: bytes.readUIntBE(10, 6),
    mod: bytes.readUIntBE(4, 6),
    version: bytes.readUIntBE(16, 6),
    lease: length > CURRENT_BYTES ? bytes.readBigUInt64BE(CURRENT_BYTES) : NO_LEASE,
    sub: bytes.readUInt32BE(0),
  }
}

/** Read a row of the table of versions. The value is a part of the bytes. */
export function readVersion({ mod, sub }: Place, bytes: Buffer): VersionRow {
  const flags = bytes.readUInt8(0)
  let at = 3 + bytes.readUInt16BE(1)
  const key = bytes.toString('latin1', 3, at)
  if ((flags & DELETED) !== 0) return { kv: { ...deletionOf(key, mod), sub }, before: readPlace(bytes, at) }
  const create = bytes.readUIntBE(at, 6)
  const version = bytes.readUIntBE(at + 6, 6)
  at += 12
  const lease = (flags & LEASED) === 0 ? NO_LEASE : bytes.readBigUInt64BE(at)
  if ((flags & LEASED) !== 0) at += 8
  const before = (flags & PRECEDED) === 0 ? null : readPlace(bytes, at)
  if (before !== null) at += 10
  return { kv: { key, value: bytes.subarray(at), create, mod, version, lease, sub }, before }
}

function readPlace(bytes: Buffer, at: number): Place {
  return { mod: bytes.readUIntBE(at, 6), sub: bytes.readUInt32BE(at + 6) }
}
