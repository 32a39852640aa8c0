/**
 * Inotify events: one inotify(7) instance for all watchers of an escapement.
 *
 * The kernel has one watch for an inode, with one mask, whatever path it was added by. Here several watchers share
 * it: their masks are merged, each gets what it asked for, and the last one takes the watch with it. The queue of the
 * kernel is bounded. When it overflows, nobody can say whose events were lost, so every watcher is told
 * (`IN.Q_OVERFLOW`) and has to look for itself.
 */
import { EventCutter, IN } from 'inotify-ts'
import { loadError, native, type InotifyHandle, type Native } from 'inotify-ts/native'
import { codeOf, describeValue, toError } from '../../../errors/index.js'
import { SourceError } from '../../errors.js'
import type { Clock } from '../clock.js'
import type { InotifyEvent } from '../event-loop.js'
import { Entry } from '../ready.js'
import { Pace } from './pace.js'

const READ_BYTES = 65_536 // Some 2,000 events a turn: then Node's other events come.
const TOLD_TO_ALL = IN.IGNORED | IN.UNMOUNT | IN.Q_OVERFLOW
const OURS = IN.ONESHOT | IN.MASK_ADD // A flag that would end the watch for everybody, and one that is always set.

/**
 * One watching of a path by one callable. It is its own entry for the first of its events that waits, so that a single
 * one, as of a line that is appended, costs no other.
 */
export class Watcher extends Entry {
  readonly wd: number
  readonly mask: number
  private readonly call: (event: InotifyEvent) => void
  private first: InotifyEvent | null = null
  private isFirstLast = false

  constructor(wd: number, mask: number, call: (event: InotifyEvent) => void) {
    super()
    this.wd = wd
    this.mask = mask
    this.call = call
  }

  /** Enter an event, perhaps the last that it gets. */
  tell(event: InotifyEvent, isLast: boolean, enter: (entry: Entry) => void): void {
    if (this.first === null) {
      this.first = event
      this.isFirstLast = isLast
      enter(this)
    } else enter(new Told(this, event, isLast))
  }

  /** Call with an event whose turn it is. */
  hear(event: InotifyEvent, isLast: boolean): void {
    if (!this.live) return
    if (isLast) this.live = false
    this.call(event)
  }

  run(): void {
    const event = this.first
    this.first = null
    if (event !== null) this.hear(event, this.isFirstLast)
  }
}

/** An event behind another one of its watcher. */
class Told extends Entry {
  private readonly watcher: Watcher
  private readonly event: InotifyEvent
  private readonly isLast: boolean

  constructor(watcher: Watcher, event: InotifyEvent, isLast: boolean) {
    super()
    this.watcher = watcher
    this.event = event
    this.isLast = isLast
  }

  run(): void {
    this.watcher.hear(this.event, this.isLast)
  }
}

interface Instance {
  readonly binding: Native
  readonly handle: InotifyHandle
  readonly pace: Pace | null
}

/** The inotify watchers of one escapement. The process stays alive while there is one. */
export class InotifySource {
  readonly #enter: (entry: Entry) => void
  readonly #deliver: (tell: () => void) => void
  readonly #clock: Clock | null
  readonly #watchers = new Map<number, Watcher[]>()
  #instance: Instance | null = null

  /**
   * Events are given to `enter`, those of one read within `deliver`. A flood of them is paced by the clock, if one is
   * given: it must be one that goes on by itself.
   */
  constructor(enter: (entry: Entry) => void, deliver: (tell: () => void) => void, clock: Clock | null) {
    this.#enter = enter
    this.#deliver = deliver
    this.#clock = clock
  }

  /** Whether it waits a moment before it reads on, so that there may be more to tell. */
  get isHalting(): boolean {
    return this.#instance?.pace?.isHalting === true
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
      const { binding, handle } = this.#open()
      const merging = (mask & IN.MASK_CREATE) === 0 ? IN.MASK_ADD : 0
      wd = binding.inotifyAddWatch(handle.fd, path, ((mask & ~OURS) | merging) >>> 0)
    } catch (error) {
      throw error instanceof TypeError ? error : refusal(path, error)
    }
    const watcher = new Watcher(wd, mask >>> 0, call)
    const sharing = this.#watchers.get(wd)
    if (sharing === undefined) this.#watchers.set(wd, [watcher])
    else sharing.push(watcher)
    this.#instance?.handle.setRef(true)
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
    this.#instance?.pace?.close()
    this.#instance?.handle.close()
    this.#instance = null
  }

  #open(): Instance {
    if (this.#instance !== null) return this.#instance
    if (native === null) {
      const reason = loadError === null ? '' : `: ${loadError.message}`
      throw new SourceError('ENOTSUP', `inotify needs the native binding${reason}`, { cause: loadError })
    }
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    const cutter = new EventCutter(buffer)
    let length = 0
    const tell = (): void => cutter.cut(length, this.#take)
    const handle = new native.Inotify(buffer, (read) => {
      pace?.woke() // Before the others, who may close all of this.
      length = read
      this.#deliver(tell)
    })
    const pace = this.#clock === null ? null : new Pace(this.#clock, (isHalted) => handle.setReading(!isHalted))
    handle.setRef(false)
    this.#instance = { binding: native, handle, pace }
    return this.#instance
  }

  readonly #take = (wd: number, mask: number, cookie: number, name: string | Buffer): void => {
    const isText = typeof name === 'string'
    const event = { mask, cookie, name: isText ? name : name.toString(), nameBytes: isText ? null : name }
    if (wd === -1) for (const sharing of this.#watchers.values()) this.#tell(sharing, event)
    else this.#tell(this.#watchers.get(wd), event) // None if the watch was taken back while this was queued.
  }

  #tell(sharing: readonly Watcher[] | undefined, event: InotifyEvent): void {
    if (sharing === undefined) return
    for (let i = 0; i < sharing.length; i++) {
      const watcher = sharing[i] as Watcher
      const isWanted = (event.mask & watcher.mask & IN.ALL_EVENTS) !== 0
      if (!isWanted && (event.mask & TOLD_TO_ALL) === 0) continue
      const isLast = (event.mask & IN.IGNORED) !== 0 || (isWanted && (watcher.mask & IN.ONESHOT) !== 0)
      if (isLast) this.#drop(watcher)
      watcher.tell(event, isLast, this.#enter)
    }
  }

  // Whoever iterates over the watchers of this watch goes on with the old list.
  #drop(watcher: Watcher): void {
    const sharing = this.#watchers.get(watcher.wd)
    if (sharing?.includes(watcher) !== true) return
    if (sharing.length > 1) {
      this.#watchers.set(
        watcher.wd,
        sharing.filter((other) => other !== watcher),
      )
      return
    }
    this.#watchers.delete(watcher.wd)
    if (this.#watchers.size === 0) this.#instance?.handle.setRef(false)
    try {
      this.#instance?.binding.inotifyRmWatch(this.#instance.handle.fd, watcher.wd)
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
