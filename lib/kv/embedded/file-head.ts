/**
 * What is looked at before lmdb opens a file: whether it can be opened at all. lmdb's binding takes the process with it
 * when its own open fails, and its head is read from a map, where what is missing does so too.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { codeOf } from '../../errors/index.js'
import { StoreFileError } from '../errors.js'

/** Where lmdb's head says what it is. */
const FLAGS_AT = 0x12
const MAGIC_AT = 0x18
const VERSION_AT = 0x1c
const PAGE_SIZE_AT = 0x30
const HEAD_BYTES = 0x100

const IS_HEAD = 8
const MAGIC = 0xbeef_c0de
const VERSION = 2

/** How much room there must be to begin a store. */
const ROOM_BYTES = 65_536

/**
 * Check that lmdb can open a file; make it, empty, if it isn't there.
 *
 * @throws {StoreFileError} If it is no file of lmdb, or not whole.
 * @throws {Error} With the `code` of the system, if it can't be read and written, or there is no room to begin it.
 */
export function checkFile(path: string): void {
  const fd = openSync(path, 'a+', 0o600)
  try {
    const { size } = fstatSync(fd)
    if (size === 0) checkRoom(path)
    else checkHeads(path, fd, size)
  } finally {
    closeSync(fd)
  }
}

/**
 * Make the file of lmdb's locks if it isn't there: as a whole, as room that runs out later would end the process. One
 * that is there is never opened: to close it again would give up the locks that this process has on it.
 */
export function makeLockFile(path: string): void {
  if (!existsSync(path)) {
    const draft = `${path}.${process.pid}`
    try {
      write(draft, ROOM_BYTES)
      linkSync(draft, path)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    } finally {
      rmSync(draft, { force: true })
    }
  }
  accessSync(path, constants.R_OK | constants.W_OK)
}

function checkRoom(path: string): void {
  const draft = `${path}.${process.pid}`
  try {
    write(draft, ROOM_BYTES)
  } finally {
    rmSync(draft, { force: true })
  }
}

function write(path: string, length: number): void {
  const fd = openSync(path, 'w', 0o600)
  try {
    for (let left = length; left > 0;) left -= writeSync(fd, Buffer.alloc(left))
  } finally {
    closeSync(fd)
  }
}

/** A file of lmdb begins with two pages that say the same of what it is. */
function checkHeads(path: string, fd: number, size: number): void {
  const first = headAt(fd, 0)
  checkHead(path, first)
  const pageSize = first.readUInt32LE(PAGE_SIZE_AT)
  if (pageSize < HEAD_BYTES || size < 2 * pageSize) {
    throw new StoreFileError(path, 'it is damaged: it ends in its head. Move it away, and import an export of it')
  }
  checkHead(path, headAt(fd, pageSize))
}

function checkHead(path: string, head: Buffer): void {
  if ((head.readUInt16LE(FLAGS_AT) & IS_HEAD) === 0 || head.readUInt32LE(MAGIC_AT) !== MAGIC) {
    throw new StoreFileError(path, 'it is no store. Name another file, or move this one away')
  }
  const version = head.readUInt16LE(VERSION_AT)
  if (version === VERSION) return
  throw new StoreFileError(
    path,
    `it is a file of lmdb's format ${version}: this program writes ${VERSION}. Move it away, and import an export of it`,
  )
}

function headAt(fd: number, position: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  readSync(fd, head, 0, HEAD_BYTES, position)
  return head
}
