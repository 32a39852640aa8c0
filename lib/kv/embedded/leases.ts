/**
 * The leases of a store in a file: each with how long it is granted for and when it ends, in time since the machine
 * started, which all processes share. After a restart of the machine each has its whole time again, as in etcd.
 */
import type { LeaseId } from '../engine/lease-id.js'
import { type Key } from '../engine/range.js'
import { deleteKeys } from '../store/apply.js'
import type { EmbeddedRows } from './embedded-rows.js'
import type { Reading } from './lmdb.js'
import { NEVER } from './state.js'
import type { Tables } from './tables.js'

/** A lease as it is stored. */
export interface StoredLease {
  readonly id: LeaseId
  readonly ttlS: number
  /** When it ends, in whole ms since the machine started. */
  readonly deadlineMs: number
}

const LAST: LeaseId = 0xffff_ffff_ffff_ffffn
const row = Buffer.allocUnsafeSlow(16)

/** Read a lease. */
export function readLease({ leases }: Tables, id: LeaseId, reading: Reading): StoredLease | undefined {
  const bytes = leases.getBinaryFast(id, reading)
  return bytes && { id, ttlS: bytes.readDoubleBE(0), deadlineMs: bytes.readDoubleBE(8) }
}

/** The keys that go with a lease, ascending. */
export function keysOf({ leaseKeys }: Tables, id: LeaseId, reading: Reading): Key[] {
  const end = id === LAST ? {} : { end: { lease: id + 1n, key: '' } }
  return [...leaseKeys.getKeys({ start: { lease: id, key: '' }, ...end, ...reading })].map(({ key }) => key)
}

/** The numbers of all leases, ascending. */
export function leaseIds({ leases }: Tables, reading: Reading): LeaseId[] {
  return [...leases.getKeys({ start: 0n, ...reading })]
}

/** Write a lease, new or to live on for its whole time. */
export function writeLease(rows: EmbeddedRows, tables: Tables, id: LeaseId, ttlS: number, nowMs: number): void {
  const deadlineMs = Math.ceil(nowMs + ttlS * 1000)
  row.writeDoubleBE(ttlS, 0)
  row.writeDoubleBE(deadlineMs, 8)
  tables.leases.putSync(id, row)
  rows.soonestMs = Math.min(rows.soonestMs, deadlineMs)
}

/** End a lease: its keys are deleted as one revision. */
export function endLease(rows: EmbeddedRows, tables: Tables, id: LeaseId): void {
  if (!tables.leases.removeSync(id)) return
  deleteKeys(rows, keysOf(tables, id, undefined))
}

/** End all leases whose time is over, the one that was over first as the first. */
export function endOver(rows: EmbeddedRows, tables: Tables, nowMs: number): void {
  if (rows.soonestMs > nowMs) return
  const all = allLeases(tables)
  const over = all.filter(({ deadlineMs }) => deadlineMs <= nowMs).sort((a, b) => a.deadlineMs - b.deadlineMs)
  for (const { id } of over) endLease(rows, tables, id)
  const ends = all.map(({ deadlineMs }) => deadlineMs).filter((deadlineMs) => deadlineMs > nowMs)
  rows.soonestMs = ends.reduce((soonest, end) => Math.min(soonest, end), NEVER)
}

/** Give all leases their whole time again. */
export function renewAll(rows: EmbeddedRows, tables: Tables, nowMs: number): void {
  rows.soonestMs = NEVER
  for (const { id, ttlS } of allLeases(tables)) writeLease(rows, tables, id, ttlS, nowMs)
}

function allLeases(tables: Tables): StoredLease[] {
  return leaseIds(tables, undefined).flatMap((id) => readLease(tables, id, undefined) ?? [])
}
