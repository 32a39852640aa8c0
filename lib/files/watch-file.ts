/** Watches one open file, whatever becomes of its name. */
import { IN } from 'inotify-ts'
import { codeOf } from '../errors/index.js'
import type { FileLoop, LoopBinding, WatchEvent } from './loop.js'

const MASK = IN.MODIFY | IN.ATTRIB | IN.MOVE_SELF | IN.DELETE_SELF

/**
 * Watch a file for what is written to it and what becomes of its name.
 *
 * @throws What inotify throws: `ENOSPC` where there are too many watches.
 */
export function watchFile(loop: FileLoop, fd: number, path: string, hear: (event: WatchEvent) => void): LoopBinding {
  try {
    // By descriptor, so that the watch is on this very inode even if the name was given away just now.
    return loop.inotifyAdd(`/proc/self/fd/${fd}`, MASK, hear)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return loop.inotifyAdd(path, MASK, hear) // No /proc in this chroot.
  }
}

/** What an operator can do about a watch that is refused, as a part of a message. */
export function watchAdvice(error: unknown): string {
  return codeOf(error) === 'ENOSPC' ? '; raise the sysctl fs.inotify.max_user_watches' : ''
}
