/**
 * Descriptor events: one private epoll(7) for all descriptors of an escapement.
 *
 * The treacherous parts. The kernel ties a registration to the open file, not to the number: a number that was closed
 * may be another file a moment later, and a copy of the file (dup, a child process) keeps a registration alive that can
 * no longer be removed. So every registration has a token that never comes again, and only tokens are looked up: what
 * is told of an old one reaches nobody. Where the kernel goes on telling of one, the epoll is made anew from what is
 * registered, as there is no other way to silence it.
 */
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLONESHOT, loadError, native, type EpollHandle } from 'inotify-ts/native'
import { codeOf, describeValue, toError } from '../../../errors/index.js'
import { SourceError } from '../../errors.js'
import { Entry } from '../ready.js'

const TOKENS = 2 ** 32

/** A watched descriptor. It is its own entry in the queue, so that readiness allocates nothing. */
export class Watched extends Entry {
  readonly fd: number
  readonly mask: number
  readonly token: number
  readonly #call: (mask: number) => void
  readonly #enter: (entry: Entry) => void
  #told = 0
  #hasFired = false

  constructor(fd: number, mask: number, token: number, call: (mask: number) => void, enter: (entry: Entry) => void) {
    super()
    this.fd = fd
    this.mask = mask
    this.token = token
    this.#call = call
    this.#enter = enter
  }

  /** Whether it was for once and has told. */
  get isSpent(): boolean {
    return this.#hasFired && (this.mask & EPOLLONESHOT) !== 0
  }

  /** What the kernel tells of it. */
  tell(mask: number): void {
    this.#hasFired = true
    if (this.#told === 0) this.#enter(this)
    this.#told |= mask
  }

  run(): void {
    const mask = this.#told
    this.#told = 0
    this.#call(mask)
  }
}

/** What the kernel told at once: pairs of a token and a mask. */
class Batch {
  ready: Uint32Array = new Uint32Array(0)
  count = 0
  /** Whether it told of a descriptor that nobody watches any more. */
  isStale = false
  readonly #byToken: ReadonlyMap<number, Watched>

  constructor(byToken: ReadonlyMap<number, Watched>) {
    this.#byToken = byToken
  }

  readonly tell = (): void => {
    const { ready, count } = this
    this.isStale = false
    for (let i = 0; i < count; i++) {
      const watched = this.#byToken.get(Number(ready[2 * i]))
      if (watched === undefined) this.isStale = true
      else watched.tell(Number(ready[2 * i + 1]))
    }
  }
}

/** The descriptors of one escapement. */
export class FdSource {
  readonly #enter: (entry: Entry) => void
  readonly #byToken = new Map<number, Watched>()
  readonly #byFd = new Map<number, Watched>()
  readonly #deliver: (tell: () => void) => void
  #epoll: EpollHandle | null = null
  #lastToken = 0

  /** Readiness is given to `enter`, a batch of it within `deliver`. */
  constructor(enter: (entry: Entry) => void, deliver: (tell: () => void) => void = (tell) => tell()) {
    this.#enter = enter
    this.#deliver = deliver
  }

  /**
   * Bind a call to the readiness of a descriptor. The process stays alive while one is bound.
   *
   * @throws {TypeError} If the descriptor or the mask is not such a number.
   * @throws {SourceError} `ENOTSUP` without the native binding; `EPERM` for regular files and directories, which are
   * always ready; `EEXIST` if the descriptor is watched already; `EBADF` if it isn't open.
   */
  register(fd: number, mask: number, call: (mask: number) => void): Watched {
    if (!Number.isInteger(fd) || fd < 0) {
      throw new TypeError(`fd must be a descriptor, an integer of at least 0: it is ${describeValue(fd)}`)
    }
    if (!Number.isInteger(mask)) throw new TypeError(`mask must be bits of epoll(7): it is ${describeValue(mask)}`)
    const epoll = (this.#epoll ??= this.#open())
    const watched = new Watched(fd, mask >>> 0, this.#nextToken(), call, this.#enter)
    try {
      epoll.ctl(EPOLL_CTL_ADD, fd, watched.mask, watched.token)
    } catch (error) {
      throw refusal(fd, error)
    }
    // The kernel took it, so whatever we know under this number was closed without our being told.
    const old = this.#byFd.get(fd)
    if (old !== undefined) this.#forget(old)
    this.#byFd.set(fd, watched)
    this.#byToken.set(watched.token, watched)
    epoll.setRef(true)
    return watched
  }

  /** End the watching of a descriptor. Answers whether it was watched. */
  unregister(fd: number): boolean {
    const watched = this.#byFd.get(fd)
    if (watched === undefined) return false
    this.#forget(watched)
    try {
      this.#epoll?.ctl(EPOLL_CTL_DEL, fd, 0, 0)
    } catch (error) {
      // Closed before it was unregistered, or since then another file: the kernel has removed it by itself.
      if (!['EBADF', 'ENOENT', 'EPERM'].includes(codeOf(error))) throw error
    }
    return true
  }

  /** End all watching. Descriptors stay open. */
  close(): void {
    for (const watched of this.#byToken.values()) watched.live = false
    this.#byToken.clear()
    this.#byFd.clear()
    this.#epoll?.close()
    this.#epoll = null
  }

  #nextToken(): number {
    do this.#lastToken = (this.#lastToken + 1) % TOKENS
    while (this.#byToken.has(this.#lastToken))
    return this.#lastToken
  }

  #forget(watched: Watched): void {
    watched.live = false
    this.#byToken.delete(watched.token)
    this.#byFd.delete(watched.fd)
    if (this.#byToken.size === 0) this.#epoll?.setRef(false)
  }

  #open(): EpollHandle {
    if (native === null) {
      const reason = loadError === null ? '' : `: ${loadError.message}`
      throw new SourceError('ENOTSUP', `descriptors cannot be watched without the native binding${reason}`, {
        cause: loadError,
      })
    }
    const batch = new Batch(this.#byToken)
    const epoll = new native.Epoll((count) => {
      batch.count = count
      this.#deliver(batch.tell)
      if (batch.isStale) this.#remake()
    })
    batch.ready = epoll.ready
    epoll.setRef(this.#byToken.size > 0)
    return epoll
  }

  #remake(): void {
    this.#epoll?.close()
    const epoll = (this.#epoll = this.#open())
    for (const watched of [...this.#byToken.values()]) {
      if (watched.isSpent) continue
      try {
        epoll.ctl(EPOLL_CTL_ADD, watched.fd, watched.mask, watched.token)
      } catch (error) {
        if (codeOf(error) !== 'EBADF') throw error
        this.#forget(watched) // It was closed, and the copy that was told of may have been its own.
      }
    }
  }
}

function refusal(fd: number, error: unknown): SourceError {
  const code = codeOf(error)
  const why =
    code === 'EPERM'
      ? 'it is a regular file or a directory, which epoll(7) refuses as always ready'
      : code === 'EEXIST'
        ? 'it is watched already; unregister it first'
        : code === 'EBADF'
          ? 'it is not open'
          : toError(error).message
  return new SourceError(code === '' ? 'ERR_SOURCE' : code, `cannot watch descriptor ${fd}: ${why}`, { cause: error })
}
