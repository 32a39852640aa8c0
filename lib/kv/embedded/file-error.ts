/** What goes wrong with the file of a store, said so that somebody can do something about it. */
import { DeadbeatError, toError } from '../../errors/index.js'
import { RefusedError, StoreFileError, UnavailableError } from '../errors.js'

/** What lmdb says of a file that is none of its own, of another version of it, or not what it wrote. */
const UNUSABLE: ReadonlyMap<number, string> = new Map([
  [-30793, 'it is no store. Name another file, or move this one away'],
  [-30794, 'it was written by another version of lmdb. Move it away, and import an export of it'],
  [-30796, 'it is damaged. Move it away, and import an export of it or put back a copy'],
  [-30797, 'it is damaged: a page is missing. Move it away, and import an export of it or put back a copy'],
  [-30795, 'an earlier write failed midway. Close it and open it again'],
])

/** What the system says where nobody may. */
const FORBIDDEN: readonly unknown[] = [13, 'EACCES', 'EPERM']

/** What else the system says, as numbers where lmdb says it and as names where Node does. */
const REFUSED: ReadonlyMap<number | string, string> = new Map<number | string, string>([
  [28, 'its disk is full. Nothing was changed; make room'],
  ['ENOSPC', 'its disk is full. Nothing was changed; make room'],
  [122, "its owner's quota of the disk is used up. Nothing was changed; make room"],
  ['EDQUOT', "its owner's quota of the disk is used up. Nothing was changed; make room"],
  [30, 'its file system is read-only'],
  ['EROFS', 'its file system is read-only'],
  // What lmdb says where the system wrote less than it was given.
  [5, 'its disk is full, or failed, which the log of the kernel tells. Nothing was changed; make room'],
  [-30792, 'its map is full and could not grow: there is not enough address space for it'],
  [-30790, 'too many processes read it at once'],
])

/** What went wrong, in terms of the store. */
export function fileError(path: string, error: unknown): Error {
  if (error instanceof DeadbeatError) return error
  const code = (error as { code?: unknown }).code
  const unusable = typeof code === 'number' ? UNUSABLE.get(code) : undefined
  if (unusable !== undefined) return new StoreFileError(path, unusable, { cause: error })
  if (FORBIDDEN.includes(code)) {
    const why = 'permission denied. Both the file and its directory must be writable'
    return new RefusedError(path, why, { cause: error })
  }
  const refused = typeof code === 'number' || typeof code === 'string' ? REFUSED.get(code) : undefined
  if (refused !== undefined) return new UnavailableError(path, refused, { cause: error })
  return new UnavailableError(path, toError(error).message, { cause: error })
}
