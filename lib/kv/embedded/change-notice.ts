/**
 * Hearing that a file was written, whoever did it. lmdb writes a commit's last page only once all the others are
 * synced, and inotify tells of it once it is written: so there is no commit that a process which listens does not hear
 * of, even if its writer is killed in the next moment. Without inotify the file is looked at from time to time.
 */
import { IN, Inotify, native } from 'inotify-ts'
import { codeOf } from '../../errors/index.js'
import { untoldFileSystem } from '../../files/file-system.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'

/** How a file is listened to. */
export interface NoticeOptions {
  readonly clock: Clock
  /** How often it is looked at where inotify can't tell, in ms. */
  readonly pollMs: number
}

/** Listening to a file. */
export interface ChangeNotice {
  /** Whether this keeps the process alive, and, where it has to be polled, whether it is. */
  setRef(on: boolean): void
  close(): void
}

/** Call `heard` soon after a file was written, and perhaps when it was not. */
export function listenTo(path: string, heard: () => void, options: NoticeOptions): ChangeNotice {
  if (native !== null && untoldFileSystem(path) === null) {
    try {
      return new Told(path, heard)
    } catch (error) {
      // Instances and watches are limited for each user.
      if (codeOf(error) !== 'EMFILE' && codeOf(error) !== 'ENOSPC') throw error
    }
  }
  return new PolledNotice(heard, options)
}

/** One instance for all stores of the process, as there are few to have. */
let inotify: Inotify | null = null
const listeners = new Map<number, () => void>()
const keepers = new Set<Told>()

class Told implements ChangeNotice {
  private readonly wd: number

  constructor(path: string, heard: () => void) {
    inotify ??= new Inotify({
      onEvents(events) {
        if (events.some(({ wd }) => wd === -1)) for (const listener of listeners.values()) listener()
        else for (const wd of new Set(events.map((event) => event.wd))) listeners.get(wd)?.()
      },
    })
    this.wd = inotify.add(path, IN.MODIFY)
    listeners.set(this.wd, heard)
    this.setRef(false)
  }

  setRef(on: boolean): void {
    if (on) keepers.add(this)
    else keepers.delete(this)
    inotify?.setRef(keepers.size > 0)
  }

  close(): void {
    this.setRef(false)
    if (!listeners.delete(this.wd)) return
    if (listeners.size > 0) inotify?.rm(this.wd)
    else {
      inotify?.close()
      inotify = null
    }
  }
}

/** Looks from time to time, as long as somebody waits. */
export class PolledNotice implements ChangeNotice {
  private readonly heard: () => void
  private readonly options: NoticeOptions
  private disarm: Disarm | null = null

  constructor(heard: () => void, options: NoticeOptions) {
    this.heard = heard
    this.options = options
  }

  setRef(on: boolean): void {
    if (!on) this.close()
    else if (this.disarm === null) this.arm()
  }

  close(): void {
    this.disarm?.()
    this.disarm = null
  }

  private arm(): void {
    const { clock, pollMs } = this.options
    this.disarm = clock.alarm(clock.now() + pollMs, () => {
      this.arm()
      this.heard()
    })
  }
}
