/** Opening the file of a store: made if it isn't there, for its owner only, and refused if it is none of ours. */
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Key } from '../engine/range.js'
import { makeDirectories } from '../../files/make-directories.js'
import { untoldFileSystem } from '../../files/file-system.js'
import { checkFile, makeLockFile } from './file-head.js'
import { checkFormat } from './format.js'
import { asKey } from './key-encoders.js'
import { openFile, type RootTable } from './lmdb.js'
import { StoreFileError } from '../errors.js'
import { fileError } from './file-error.js'
import { openTables, type Tables } from './tables.js'
import { WriteTurn, type WriteTurnOptions } from './write-turn.js'

/** File systems that several machines share, each with a memory and locks of its own. */
const SHARED = new Set(['nfs', '9p', 'cifs', 'smb2', 'smb', 'ceph', 'afs', 'gpfs', 'lustre'])

/**
 * Open a file with its tables, and the turns at writing it.
 *
 * @throws {StoreFileError} If it can't be a store, or is one of a newer format.
 * @throws {RefusedError} If it may not be read or written.
 * @throws {UnavailableError} If there is no room for it, it can't be made, or another process doesn't cease to write it.
 */
export function openStore(path: string, options: WriteTurnOptions): { tables: Tables; turn: WriteTurn } {
  let turn: WriteTurn | undefined
  let root: RootTable<Key> | undefined
  try {
    prepare(path)
    turn = new WriteTurn(path, options)
    const tables = turn.now(() => {
      root = openFile(path, { noSubdir: true, overlappingSync: false, encoding: 'binary', keyEncoder: asKey })
      fillUp(root, path)
      checkFormat(root, path)
      return openTables(root)
    })
    return { tables, turn }
  } catch (error) {
    turn?.close()
    void root?.close()
    throw fileError(path, error)
  }
}

/** The directory and the two files, which lmdb itself would let others read. */
function prepare(path: string): void {
  const directory = dirname(path)
  makeDirectories(directory, 0o700)
  const shared = untoldFileSystem(directory)
  if (shared !== null && SHARED.has(shared)) {
    throw new StoreFileError(
      path,
      `it lies on ${shared}, which other machines may write too. Use a disk of this machine`,
    )
  }
  checkFile(path)
  makeLockFile(lockFile(path))
}

/**
 * A file that ends before its last page was cut off; to read behind its end would end the process. With zeros there,
 * lmdb says itself that it is damaged. The last pages of a whole file may be missing too, where nothing is in them.
 */
function fillUp(root: RootTable<Key>, path: string): void {
  const { env } = root
  const length = (): number => (env.info().lastPageNumber + 1) * env.stat().pageSize
  const isShort = (fd: number): boolean => fstatSync(fd).size < length()
  const fd = openSync(path, 'r+')
  try {
    if (!isShort(fd)) return
    // Another process may be writing it: then it is looked at again when nobody is.
    root.transactionSync(() => {
      if (isShort(fd)) ftruncateSync(fd, length())
    })
  } finally {
    closeSync(fd)
  }
}

/** The file of lmdb's locks beside a store. */
export function lockFile(path: string): string {
  return `${path}-lock`
}
