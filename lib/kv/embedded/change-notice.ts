/**
 * Telling other processes that a store was written, and hearing it: who commits touches a small file beside the store
 * once the commit can be read, and inotify tells all who listen.
 *
 * The store's own file is listened to as well. lmdb shows a commit to others a moment after it has written the last of
 * it, so that inotify's word may come too early: hence the touch. But a process may be killed before it touches. So
 * whoever hears of a write and sees nothing new looks once more a little later.
 *
 * Without inotify the store is looked at from time to time.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { IN, Inotify, native } from 'inotify-ts'
import { codeOf } from '../../errors/index.js'
import { untoldFileSystem } from '../../files/file-system.js'
import type { Clock, Disarm } from '../../movement/loop/clock.js'

/** After how long it is looked once more. */
const AGAIN_MS = 50

const BYTE = Buffer.from('\n')

/** How others are heard. */
export interface NoticeOptions {
  readonly clock: Clock
  /** How often it is looked at where inotify can't tell, in ms. */
  readonly pollMs: number
}

/** Hearing of changes. */
interface Hearing {
  /** Whether somebody waits. */
  setRef(on: boolean): void
  close(): void
}

/** Telling and hearing of changes of one store. */
export class ChangeNotice {
  private readonly look: () => boolean
  private readonly clock: Clock
  private readonly hearing: Hearing
  private readonly fd: number
  private again: Disarm | null = null

  /** `look` is called soon after the store was written, and perhaps when it was not; it says whether it was. */
  constructor(path: string, look: () => boolean, options: NoticeOptions) {
    this.look = look
    this.clock = options.clock
    this.fd = openSync(noticeFile(path), constants.O_WRONLY | constants.O_CREAT, 0o600)
    this.hearing = hear(path, () => { this.heard() }, options) // prettier-ignore
  }

  /** Tell the others. */
  touch(): void {
    try {
      writeSync(this.fd, BYTE, 0, 1, 0)
    } catch {
      // On a full disk, perhaps. What was committed stays so, and others hear of the store's own file.
    }
  }

  /** Say whether somebody waits for changes: only then it keeps the process alive, or looks from time to time. */
  setRef(on: boolean): void {
    this.hearing.setRef(on)
  }

  /** Neither tell nor hear any more. */
  close(): void {
    this.hearing.close()
    this.again?.()
    closeSync(this.fd)
  }

  private heard(): void {
    if (this.look() || this.again !== null) return
    this.again = this.clock.alarm(this.clock.now() + AGAIN_MS, () => {
      this.again = null
      this.look()
    })
  }
}

/** The small file beside a store. */
export function noticeFile(path: string): string {
  return `${path}-notice`
}

function hear(path: string, heard: () => void, options: NoticeOptions): Hearing {
  if (native !== null && untoldFileSystem(path) === null) {
    try {
      return new Told([path, noticeFile(path)], heard)
    } catch (error) {
      // Instances and watches are limited for each user.
      if (codeOf(error) !== 'EMFILE' && codeOf(error) !== 'ENOSPC') throw error
    }
  }
  return new Polled(heard, options)
}

/** One instance for all stores of the process, as there are few to have. */
let inotify: Inotify | null = null
const listeners = new Map<number, () => void>()
const keepers = new Set<Told>()

class Told implements Hearing {
  private readonly wds: readonly number[]

  constructor(paths: readonly string[], heard: () => void) {
    inotify ??= new Inotify({
      onEvents(events) {
        const isLost = events.some(({ wd }) => wd === -1)
        const told = isLost ? listeners.values() : events.map(({ wd }) => listeners.get(wd))
        for (const listener of new Set(told)) listener?.()
      },
    })
    const instance = inotify
    this.wds = paths.map((path) => instance.add(path, IN.MODIFY))
    for (const wd of this.wds) listeners.set(wd, heard)
    this.setRef(false)
  }

  setRef(on: boolean): void {
    if (on) keepers.add(this)
    else keepers.delete(this)
    inotify?.setRef(keepers.size > 0)
  }

  close(): void {
    this.setRef(false)
    for (const wd of this.wds) if (listeners.delete(wd)) inotify?.rm(wd)
    if (listeners.size > 0) return
    inotify?.close()
    inotify = null
  }
}

/** Looks from time to time, as long as somebody waits. */
export class Polled implements Hearing {
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
