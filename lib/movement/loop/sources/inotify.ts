/**
 * Inotify events: one inotify(7) instance for all watchers of an escapement.
 *
 * The kernel has one watch for an inode, with one mask, whatever path it was added by. Here several watchers share
 * it: their masks are merged, each gets what it asked for, and the last one takes the watch with it. The queue of the
 * kernel is bounded. When it overflows, nobody can say whose events were lost, so every watcher is told
 * (`IN.Q_OVERFLOW`) and has to look for itself.
 */
import { closeSync } from 'node:fs'
import { IN, parseEvents } from 'inotify-ts'
import { EPOLLIN, loadError, native, type Native } from 'inotify-ts/native'
import { codeOf, describeValue, toError } from '../../../errors/index.js'
import { SourceError } from '../../errors.js'
import type { InotifyEvent } from '../event-loop.js'
import { Entry } from '../ready.js'
import type { FdSource } from './fd.js'

const READ_BYTES = 65_536 // Some 2,000 events a turn: then Node's other events come.
const TOLD_TO_ALL = IN.IGNORED | IN.UNMOUNT | IN.Q_OVERFLOW
const OURS = IN.ONESHOT | IN.MASK_ADD // A flag that would end the watch for everybody, and one that is always set.

/** One watching of a path by one callable. */
export class Watcher extends Entry {
  readonly wd: number
  readonly mask: number
  readonly call: (event: InotifyEvent) => void

  constructor(wd: number, mask: number, call: (event: InotifyEvent) => void) {
    super()
    this.wd = wd
    this.mask = mask
    this.call = call
  }

  /** Nothing of its own to run: each of its events is an entry. */
  run(): void {
    this.live = false
  }
}

class Told extends Entry {
  readonly #watcher: Watcher
  readonly #event: InotifyEvent
  readonly #isLast: boolean

  constructor(watcher: Watcher, event: InotifyEvent, isLast: boolean) {
    super()
    this.#watcher = watcher
    this.#event = event
    this.#isLast = isLast
  }

  run(): void {
    const watcher = this.#watcher
    if (!watcher.live) return
    if (this.#isLast) watcher.live = false
    watcher.call(this.#event)
  }
}

/** The inotify watchers of one escapement. */
export class InotifySource {
  readonly #fds: FdSource
  readonly #enter: (entry: Entry) => void
  readonly #watchers = new Map<number, Watcher[]>()
  #buffer: Buffer | null = null
  #fd = -1

  /** Events are given to `enter`; readiness comes from `fds`. */
  constructor(fds: FdSource, enter: (entry: Entry) => void) {
    this.#fds = fds
    this.#enter = enter
  }

  /** Whether it works here. The first question opens the instance. */
  get works(): boolean {
    if (native === null) return false
    try {
      this.#open()
      return true
    } catch {
      return false // No instance left, or a kernel without: polling is the answer to both.
    }
  }

  /**
   * Watch a path for the events in a mask.
   *
   * @throws {TypeError} If the mask is not a number of bits.
   * @throws {SourceError} `ENOTSUP` without the native binding, else the kernel's code: `ENOENT`, `EACCES`, `ENOSPC`
   * where `fs.inotify.max_user_watches` is reached, `EMFILE` where `fs.inotify.max_user_instances` is.
   */
  add(path: string | Buffer, mask: number, call: (event: InotifyEvent) => void): Watcher {
    if (!Number.isInteger(mask)) throw new TypeError(`mask must be bits of inotify(7): it is ${describeValue(mask)}`)
    let wd: number
    try {
      const { binding, fd } = this.#open()
      const merging = (mask & IN.MASK_CREATE) === 0 ? IN.MASK_ADD : 0
      wd = binding.inotifyAddWatch(fd, path, ((mask & ~OURS) | merging) >>> 0)
    } catch (error) {
      throw error instanceof TypeError ? error : refusal(path, error)
    }
    const watcher = new Watcher(wd, mask >>> 0, call)
    const sharing = this.#watchers.get(wd)
    if (sharing === undefined) this.#watchers.set(wd, [watcher])
    else sharing.push(watcher)
    this.#fds.hold(1)
    return watcher
  }

  /** End one watching. Answers whether it was still on. */
  rm(watcher: Watcher): boolean {
    if (!watcher.live) return false
    watcher.live = false
    this.#drop(watcher)
    return true
  }

  /** End all watching. */
  close(): void {
    for (const sharing of this.#watchers.values()) for (const watcher of sharing) watcher.live = false
    this.#watchers.clear()
    if (this.#fd >= 0) {
      this.#fds.unregister(this.#fd)
      closeSync(this.#fd)
    }
    this.#fd = -1
  }

  #open(): { binding: Native; fd: number } {
    if (native === null) {
      const reason = loadError === null ? '' : `: ${loadError.message}`
      throw new SourceError('ENOTSUP', `inotify needs the native binding${reason}`, { cause: loadError })
    }
    const binding = native
    if (this.#fd < 0) {
      const fd = binding.inotifyInit()
      try {
        this.#fds.watchOwn(fd, EPOLLIN, () => this.#read(binding))
      } catch (error) {
        closeSync(fd)
        throw error
      }
      this.#fd = fd
    }
    return { binding, fd: this.#fd }
  }

  #read(binding: Native): void {
    const buffer = (this.#buffer ??= Buffer.allocUnsafeSlow(READ_BYTES))
    const length = binding.read(this.#fd, buffer)
    if (length <= 0) return
    for (const { wd, mask, cookie, name } of parseEvents(buffer, length)) {
      const isText = typeof name === 'string'
      const event = { mask, cookie, name: isText ? name : name.toString(), nameBytes: isText ? null : name }
      if (wd === -1) for (const sharing of this.#watchers.values()) this.#tell(sharing, event)
      else this.#tell(this.#watchers.get(wd), event) // None if the watch was taken back while this was queued.
    }
  }

  #tell(sharing: readonly Watcher[] | undefined, event: InotifyEvent): void {
    if (sharing === undefined) return
    for (const watcher of sharing) {
      const isWanted = (event.mask & watcher.mask & IN.ALL_EVENTS) !== 0
      if (!isWanted && (event.mask & TOLD_TO_ALL) === 0) continue
      const isLast = (event.mask & IN.IGNORED) !== 0 || (isWanted && (watcher.mask & IN.ONESHOT) !== 0)
      if (isLast) this.#drop(watcher)
      this.#enter(new Told(watcher, event, isLast))
    }
  }

  // Whoever iterates over the watchers of this watch goes on with the old list.
  #drop(watcher: Watcher): void {
    const sharing = this.#watchers.get(watcher.wd)
    if (sharing?.includes(watcher) !== true) return
    this.#fds.hold(-1)
    if (sharing.length > 1) {
      this.#watchers.set(
        watcher.wd,
        sharing.filter((other) => other !== watcher),
      )
      return
    }
    this.#watchers.delete(watcher.wd)
    try {
      native?.inotifyRmWatch(this.#fd, watcher.wd)
    } catch (error) {
      if (codeOf(error) !== 'EINVAL') throw error // The kernel has ended it: its IN_IGNORED is on the way.
    }
  }
}

function refusal(path: string | Buffer, error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const code = codeOf(error)
  const limit =
    code === 'ENOSPC'
      ? ' (fs.inotify.max_user_watches is reached)'
      : code === 'EMFILE'
        ? ' (fs.inotify.max_user_instances or the limit of descriptors is reached)'
        : ''
  const message = `cannot watch ${describeValue(path.toString())}: ${toError(error).message}${limit}`
  return new SourceError(code === '' ? 'ERR_SOURCE' : code, message, { cause: error })
}
