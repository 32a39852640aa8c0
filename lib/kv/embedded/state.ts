/** What a store knows of itself as a whole: one short row, read and written with each commit. */
import type { Key } from '../engine/range.js'
import type { Reading, RootTable } from './lmdb.js'

/** A store as a whole. */
export interface State {
  /** The revision of the last commit. */
  readonly revision: number
  /** The oldest revision that can be read. */
  readonly compacted: number
  /** No lease ends before, in ms since the machine started; `NEVER` if there is none. */
  readonly soonestMs: number
}

/** Later than any deadline. */
export const NEVER = 0xffff_ffff_ffff

/** A store in which nothing was ever written. */
export const NEW: State = { revision: 1, compacted: 1, soonestMs: NEVER }

const ROW = 'state'
const row = Buffer.allocUnsafeSlow(18)

/** Read it, as it was in a transaction or as it is in the write under way. */
export function readState(root: RootTable<Key>, reading: Reading): State {
  const bytes = root.getBinaryFast(ROW, reading)
  if (bytes === undefined) return NEW
  return {
    revision: bytes.readUIntBE(0, 6),
    compacted: bytes.readUIntBE(6, 6),
    soonestMs: bytes.readUIntBE(12, 6),
  }
}

/** Write it, within a write. */
export function writeState(root: RootTable<Key>, { revision, compacted, soonestMs }: State): void {
  row.writeUIntBE(revision, 0, 6)
  row.writeUIntBE(compacted, 6, 6)
  row.writeUIntBE(soonestMs, 12, 6)
  root.putSync(ROW, row)
}
