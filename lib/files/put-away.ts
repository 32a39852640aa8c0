/** Puts a file away that was read to its end: removed, or moved to where nothing of its name is. */
import { closeSync, fstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { codeOf } from '../errors/index.js'
import { OPEN_FLAGS } from './open-tail.js'
import { identityOf, type TailedFile } from './tailed-file.js'

/**
 * What became of it: it is away; its name is another's, or its content is; or it has grown, and is open under this
 * descriptor, whether or not it has its name still.
 */
export type PutAway = 'away' | 'other' | { readonly fd: number }

/** How a file is removed and moved. */
const BY_SYSTEM = { rmSync, renameSync }

/**
 * Remove a file, or move it to a directory (null: none), where it gets a number if its name is taken. What is appended
 * while that happens isn't lost: it is looked at once more when it is away.
 *
 * @throws What opening, removing or moving throws.
 */
export function putAway(file: TailedFile, directory: string | null, by = BY_SYSTEM): PutAway {
  let fd: number
  try {
    fd = openSync(file.path, OPEN_FLAGS)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'away'
    throw error
  }
  let isGrown = false
  try {
    const { dev, ino, size } = fstatSync(fd, { bigint: true })
    const grown = grownSince(file, Number(size))
    if (identityOf(dev, ino) !== file.id || grown < 0) return 'other'
    if (grown === 0) {
      if (directory === null) by.rmSync(file.path)
      else moveTo(directory, file.path, by)
    }
    isGrown = grown > 0 || grownSince(file, fstatSync(fd).size) > 0
    return isGrown ? { fd } : 'away'
  } finally {
    if (!isGrown) closeSync(fd)
  }
}

/** By how many bytes a file has grown since it was read. */
function grownSince({ isPacked, packedSize, offset }: TailedFile, size: number): number {
  if (!isPacked) return size - offset
  return packedSize < 0 ? 1 : size - packedSize // An earlier run has read it: whether all of it, is seen by reading on.
}

/** The name is taken by an empty file first, so that two who move files there never overwrite each other's. */
function moveTo(directory: string, path: string, by: typeof BY_SYSTEM): void {
  const target = freeName(join(directory, basename(path)))
  try {
    by.renameSync(path, target)
  } catch (error) {
    rmSync(target)
    throw error
  }
}

function freeName(path: string): string {
  for (let number = 0; ; number++) {
    const free = number === 0 ? path : `${path}.${number}`
    try {
      closeSync(openSync(free, 'wx', 0o600))
      return free
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}
