/**
 * Reads a place of a file at once, without the thread pool: by the native binding where there is one, as its call costs
 * a third of Node's when the code has cooled down between two lines.
 */
import { readSync } from 'node:fs'
import { native } from 'inotify-ts/native'

/**
 * Read up to `length` bytes at `position` of a file into a buffer, from `offset` on. Answers how many came: 0 at the end.
 *
 * @throws The system's error, with its `code`; a TypeError or a RangeError if the buffer has no room for them.
 */
export const readNow: (fd: number, into: Buffer, offset: number, length: number, position: number) => number =
  native?.pread ?? readSync

/**
 * The same of what the kernel holds in memory, so that nobody ever waits for a disk: -1 if that isn't all that is asked for
 * up to the end of the file, and if it can't be read. Null without the binding.
 */
export const readCached: typeof readNow | null = native?.preadCached ?? null
