/** How far the reading of a file is behind its writing. */
import { fstatSync, statSync } from 'node:fs'
import { identityOf, type TailedFile } from './tailed-file.js'

/** A file's size, and how many bytes of it were not passed on yet. */
export interface Lag {
  readonly size: number
  readonly lag: number
}

/**
 * Look at a file as it is now: by its descriptor, else by its path. Of one that is there no more nothing is behind: what
 * is lost of it is counted elsewhere. A compressed one is behind with all of its size until it is read to its end.
 */
export function lagOf(file: TailedFile): Lag {
  const size = (file.isGone ? null : sizeNow(file)) ?? file.put
  if (file.isPacked) return { size, lag: file.isGone || (file.packedSize >= 0 && !file.isQueued) ? 0 : size }
  return { size, lag: Math.max(0, size - file.put) }
}

function sizeNow({ fd, path, id }: TailedFile): number | null {
  if (fd >= 0) return fstatSync(fd).size
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat === undefined || identityOf(stat.dev, stat.ino) !== id ? null : Number(stat.size)
}
