import { EventCutter, type InotifyEvent, type NameEncoding } from './events.js'
import { loadError, native, type InotifyHandle, type Native } from './native.js'

/** What is done with events, and how names are given. */
export interface InotifyOptions {
  /** Takes the events of one read, in order, never an empty list. What it throws becomes an `uncaughtException`. */
  onEvents: (events: InotifyEvent[]) => void
  /** `text` by default. */
  names?: NameEncoding
}

/** Some 2,000 events: a flood is handled in parts, and Node's other work runs between them. */
const READ_BYTES = 65_536

/**
 * One inotify instance: a queue of events of all the paths that were added to it.
 *
 * The kernel's rules hold. Watches belong to inodes, so that adding a path again, or another path of the same file,
 * answers the same watch and replaces its mask unless `IN.MASK_ADD` is given. A watch ends with `IN.IGNORED`. If the
 * queue overflows (`fs.inotify.max_queued_events`), an event with `wd` -1 and `IN.Q_OVERFLOW` says so, and only a look
 * at the directories tells what was lost. Instances are few (`fs.inotify.max_user_instances`, often 128): use one.
 *
 * @throws {Error} ENOTSUP where there is no native part, with the reason as its `cause`; EMFILE if instances ran out.
 * @example
 * const { IN, native } = await import('inotify-ts')
 * if (native) {
 *   const inotify = new Inotify({ onEvents: () => undefined })
 *   assert.equal(inotify.add('/', IN.CREATE), inotify.add('/', IN.DELETE))
 *   inotify.close()
 * }
 */
export class Inotify {
  /** The descriptor, for diagnosis; reading from it takes events away from `onEvents`. */
  readonly fd: number

  private readonly binding: Native
  private readonly handle: InotifyHandle
  private isClosed = false

  constructor(options: InotifyOptions) {
    if (!native) {
      const error = new Error('inotify needs the native part of inotify-ts, which is not there', { cause: loadError })
      throw Object.assign(error, { code: 'ENOTSUP' })
    }
    const { onEvents, names } = options
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    this.binding = native
    const cutter = new EventCutter(buffer, names)
    this.handle = new native.Inotify(buffer, (length) => {
      const events: InotifyEvent[] = []
      cutter.cut(length, (wd, mask, cookie, name) => events.push({ wd, mask, cookie, name }))
      onEvents(events)
    })
    this.fd = this.handle.fd
  }

  /**
   * Watch a path for what the mask says; answers the watch that its events will carry.
   *
   * @throws {Error} With the kernel's `code`: ENOENT, EACCES, ENOTDIR (`IN.ONLYDIR`), EEXIST (`IN.MASK_CREATE`), ENOSPC
   * (above `fs.inotify.max_user_watches`); EBADF after `close`.
   */
  add(path: string | Buffer, mask: number): number {
    return this.binding.inotifyAddWatch(this.openFd(), path, mask)
  }

  /**
   * End a watch. What it had queued still comes, and `IN.IGNORED` last.
   *
   * @throws {Error} EINVAL if there is no such watch, as after its `IN.IGNORED`; EBADF after `close`.
   */
  rm(wd: number): void {
    this.binding.inotifyRmWatch(this.openFd(), wd)
  }

  /** Say whether this keeps the process alive; it does at first. */
  setRef(on: boolean): void {
    if (!this.isClosed) this.handle.setRef(on)
  }

  /** End all watches and drop what is queued. A second call does nothing. */
  close(): void {
    this.isClosed = true
    this.handle.close()
  }

  /** After close() the number may already be another file's. */
  private openFd(): number {
    return this.isClosed ? -1 : this.fd
  }
}
