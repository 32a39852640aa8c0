/** Ready to be read. */
export const EPOLLIN = 0x1
/** Something exceptional: out-of-band data, a changed mount table. */
export const EPOLLPRI = 0x2
/** Ready to be written. */
export const EPOLLOUT = 0x4
/** An error is pending; told even to a mask of 0. */
export const EPOLLERR = 0x8
/** The other end is gone; told even to a mask of 0. */
export const EPOLLHUP = 0x10
/** The peer of a stream socket writes no more. */
export const EPOLLRDHUP = 0x2000
/** Wake only one of several epolls that wait for the same descriptor. */
export const EPOLLEXCLUSIVE = 0x10000000
/** Keep the system from sleeping while the event is pending; needs CAP_BLOCK_SUSPEND. */
export const EPOLLWAKEUP = 0x20000000
/** Tell once, then stay registered and silent until the next `EPOLL_CTL_MOD`. */
export const EPOLLONESHOT = 0x40000000
/** Tell changes only, not the state. */
export const EPOLLET = 0x80000000

/** Register a descriptor. */
export const EPOLL_CTL_ADD = 1
/** Forget a descriptor. */
export const EPOLL_CTL_DEL = 2
/** Change mask or token of a registered descriptor. */
export const EPOLL_CTL_MOD = 3

/**
 * A private epoll inside Node's own loop: one for all descriptors of a program.
 *
 * It is called with the number of ready pairs; `ready[2 * i]` is the token of the i-th and `ready[2 * i + 1]` its raw
 * mask. At most 256 pairs come at once, the rest in the next turn of the loop. An exception thrown by the callback
 * becomes an `uncaughtException`. The kernel's rules hold: a registration belongs to the open file description, so that
 * one whose descriptor was closed while a copy of it (`dup`, a child process) lives on stays, and can't be removed any
 * more; unregister first, then close. Regular files and directories are refused with EPERM.
 */
export interface EpollHandle {
  /** Pairs of token and mask, valid during the callback and written over by the next. It must not be transferred. */
  readonly ready: Uint32Array
  /**
   * Register, change or forget a descriptor; `token` (32 bits) is what `ready` will show, and must be one that no
   * earlier registration had, for a descriptor's number comes again while a batch is being handled.
   *
   * @throws {Error} With the kernel's `code`: EPERM, EEXIST, ENOENT, EBADF; ERR_CLOSED after `close`.
   */
  ctl(
    op: typeof EPOLL_CTL_ADD | typeof EPOLL_CTL_DEL | typeof EPOLL_CTL_MOD,
    fd: number,
    mask: number,
    token: number,
  ): void
  /** Say whether this keeps the process alive; it does at first. */
  setRef(on: boolean): void
  /** Let go of everything; descriptors stay open. A second call does nothing. */
  close(): void
}

/** What makes an epoll; see `EpollHandle`. */
export type EpollConstructor = new (callback: (this: EpollHandle, count: number) => void) => EpollHandle
