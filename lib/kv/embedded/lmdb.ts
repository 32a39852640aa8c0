/**
 * The one place where lmdb comes in: only who opens a store in a file loads it. The types are those of the parts that
 * a store uses, with the options that lmdb's own types leave out.
 */
import { createRequire } from 'node:module'
import type * as Lmdb from 'lmdb'

/** A state of the file that is read from until it is done with. */
export type ReadTransaction = Lmdb.Transaction

/** What is read from: a transaction, or nothing for the write under way. */
export type Reading = { readonly transaction: ReadTransaction } | undefined

/** What part of a table is read: from `start` up to but without `end`. */
export interface Bounds<K> {
  readonly start: K
  readonly end?: K
  readonly reverse?: boolean
  readonly limit?: number
  readonly transaction?: ReadTransaction
}

/** A table of a file: keys as `K` shows them, values as bytes. */
export interface Table<K> {
  /** How long the row is that was read last. */
  readonly lastSize: number
  getBinary(key: K, reading: Reading): Buffer | undefined
  /** Not a copy: it holds until the next read, and only its first `lastSize` bytes are the row. */
  getBinaryFast(key: K, reading: Reading): Buffer | undefined
  getRange(bounds: Bounds<K>): Iterable<{ key: K; value: Buffer }>
  getKeys(bounds: Bounds<K>): Iterable<K>
  putSync(key: K, value: Buffer): void
  removeSync(key: K): boolean
}

/** An open file with its own, unnamed table. */
export interface RootTable<K> extends Table<K> {
  openDB<K>(name: string, options: TableOptions<K>): Table<K>
  transactionSync<T>(action: () => T): T
  resetReadTxn(): void
  /** Forget processes that were killed while they read: what they saw is kept until then. */
  readerCheck(): number
  useReadTransaction(): ReadTransaction
  close(): Promise<void>
  readonly env: { info(): { lastPageNumber: number }; stat(): { pageSize: number } }
}

/** How keys of a table become bytes, whose order is the table's. */
export interface KeyEncoder<K> {
  /** Write a key at a position; answers the position behind it. */
  writeKey(key: K, target: Buffer, position: number): number
  readKey(source: Buffer, start: number, end: number): K
}

/** How a table is opened. */
export interface TableOptions<K> {
  readonly encoding: 'binary'
  readonly keyEncoder: KeyEncoder<K>
}

/** How a file is opened. */
export interface FileOptions<K> extends TableOptions<K> {
  readonly noSubdir: true
  readonly overlappingSync: false
}

let loaded: typeof Lmdb | undefined

/** Open a file. */
export function openFile<K>(path: string, options: FileOptions<K>): RootTable<K> {
  loaded ??= createRequire(import.meta.url)('lmdb') as typeof Lmdb
  return loaded.open(path, options as object) as unknown as RootTable<K>
}
