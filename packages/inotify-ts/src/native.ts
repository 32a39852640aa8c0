import type { EpollConstructor } from './epoll.js'
import { candidatePaths, loadNative, type NativeLoadError } from './load.js'

export * from './epoll.js'
export { NativeLoadError } from './load.js'
export type { LoadAttempt } from './load.js'

/** `flock`: many may hold it. */
export const LOCK_SH = 1
/** `flock`: one may hold it. */
export const LOCK_EX = 2
/** `flock`: fail with EWOULDBLOCK (code EAGAIN) instead of waiting. */
export const LOCK_NB = 4
/** `flock`: give it back. */
export const LOCK_UN = 8

/** `fcntlLock`, type: shared. */
export const F_RDLCK = 0
/** `fcntlLock`, type: exclusive. */
export const F_WRLCK = 1
/** `fcntlLock`, type: none. */
export const F_UNLCK = 2
/** `fcntlLock`, command: ask whose lock is in the way. */
export const F_GETLK = 5
/** `fcntlLock`, command: lock for this process; lost as soon as it closes any descriptor of the file. */
export const F_SETLK = 6
/** `fcntlLock`, command: as `F_GETLK`, for locks of open file descriptions. */
export const F_OFD_GETLK = 36
/** `fcntlLock`, command: lock for this open file description. */
export const F_OFD_SETLK = 37

/** `socketpair`: a stream of bytes. */
export const SOCK_STREAM = 1
/** `socketpair`: datagrams. */
export const SOCK_DGRAM = 2
/** `socketpair`: datagrams, with an end. */
export const SOCK_SEQPACKET = 5

/** `send`: out of band. */
export const MSG_OOB = 1

/** The answer of `read` when nothing is there to be read: minus EAGAIN. */
export const READ_NOTHING = -11

/** A handle for one signal; see `Native.UvSignal`. */
export interface SignalHandle {
  /** Say whether this keeps the process alive; it doesn't at first. */
  setRef(on: boolean): void
  /** Stop listening. The last listener of a signal gives back its default action, which for most ends the process. */
  close(): void
}

/** An inotify instance that reads by itself; see `Native.Inotify`. */
export interface InotifyHandle {
  /** The descriptor, for `inotifyAddWatch` and `inotifyRmWatch`; to read from it takes events away. */
  readonly fd: number
  /** Say whether it reads; it does at first. What comes meanwhile gathers in the kernel, and wakes nobody. */
  setReading(on: boolean): void
  /** Say whether this keeps the process alive; it does at first. */
  setRef(on: boolean): void
  /** End all watches, drop what is queued and close the descriptor. A second call does nothing. */
  close(): void
}

/**
 * The native binding: thin system calls that never wait unless said so.
 *
 * A failure is an Error with the kernel's `code`, `errno` and `syscall`; an argument of the wrong kind is a TypeError
 * and no system call is made. New descriptors are closed on exec and don't block.
 */
export interface Native {
  readonly revision: number
  /** Descriptor readiness. */
  readonly Epoll: EpollConstructor
  /** Any signal by number; real-time ones (glibc: 34 to 64) arrive as often as they were sent. */
  readonly UvSignal: new (signum: number, callback: (signum: number) => void) => SignalHandle

  /**
   * A new inotify instance inside Node's own loop. What it has to tell is read into the buffer (272 bytes at least) as
   * part of the wake-up: `callback` gets how many bytes there are, which stand until it returns. More comes in the next
   * turn. What it throws becomes an `uncaughtException`. The buffer must not be transferred.
   *
   * @throws {Error} EMFILE above `fs.inotify.max_user_instances`.
   */
  readonly Inotify: new (into: Buffer, callback: (this: InotifyHandle, length: number) => void) => InotifyHandle
  /** The same, for an epoll of one's own. @throws EMFILE above `fs.inotify.max_user_instances`. */
  inotifyInit(): number
  /** Watch a path; answers its watch. A second add of the same inode answers the same watch and replaces its mask. */
  inotifyAddWatch(fd: number, path: string | Buffer, mask: number): number
  /** End a watch; `IN.IGNORED` follows. */
  inotifyRmWatch(fd: number, wd: number): number

  /** Lock or unlock a file; waits, and Node with it, unless `LOCK_NB` is given. */
  flock(fd: number, operation: number): number
  /** POSIX lock of the whole file; an asking command answers the holder's pid (-1 for `F_OFD_GETLK`), 0 if free. */
  fcntlLock(fd: number, command: number, type: number): number
  /** A copy of a descriptor, not below 3. */
  dup(fd: number): number
  /** Make `onto` a copy of `fd`; the copy stays open on exec. */
  dup2(fd: number, onto: number): number
  /** Mark every descriptor from `first` on to be closed on exec. @throws ENOSYS before Linux 5.11. */
  cloexecFrom(first: number): number
  setNonblock(fd: number, on: boolean): number
  /** The end to read and the end to write. */
  pipe(): [number, number]
  eventfd(): number
  /** Read what is there: a count, 0 at the end, or `READ_NOTHING`. */
  read(fd: number, into: Buffer): number
  /** Read at most `length` bytes at a place of a file into a buffer from `offset` on: a count, 0 at the end. */
  readonly pread: (fd: number, into: Buffer, offset: number, length: number, position: number) => number
  /** The same without waiting for a disk: -1 if not all of it is in memory, or if it can't be read, for whatever reason. */
  readonly preadCached: (fd: number, into: Buffer, offset: number, length: number, position: number) => number

  socketpair(type: number): [number, number]
  /** The pending error of a socket as a positive errno, 0 if none; it is cleared. */
  soError(fd: number): number
  /** Who connected from the other side of a unix socket: pid, uid and gid. The pid may be another's by now. */
  peerCredentials(fd: number): [pid: number, uid: number, gid: number]
  /** Send on a connected socket without waiting (EAGAIN) and without SIGPIPE (EPIPE). */
  send(fd: number, bytes: Buffer, flags: number): number
  /** A unix datagram socket. */
  unixDgram(): number
  /** Give it an address; a leading `@` means an abstract one. */
  unixBind(fd: number, path: string | Buffer): number
  /** Send one datagram without waiting; EAGAIN if the reader's queue is full. */
  unixSend(fd: number, path: string | Buffer, message: Buffer): number

  setsid(): number
  /** The session of a process, by default of this one. */
  getsid(pid?: number): number
  chroot(path: string | Buffer): number
  /** Name the calling thread, for `ps` and `top`; the kernel keeps 15 bytes. */
  setThreadName(name: string | Buffer): number
  /**
   * From now on, run only as long as whoever is on the other side of a socket permits it, by lines of two whole numbers,
   * ms of CLOCK_MONOTONIC: `STOP KILL`. When STOP comes before the next line, and when the other side closes, `stops` and
   * a line feed is sent there, and SIGTERM to this process, once; at KILL the kernel ends it (SIGKILL), stopped or not, on
   * time also where the machine has slept. Another thread reads them, so that the loop may be busy. Waits for the first line.
   *
   * @throws {Error} EPIPE, if the other side closes before that.
   */
  obeyPermit(fd: number): number
  /**
   * When these ms are over, write the message to stderr and end the process with this code, whatever it is about: an endless
   * loop, a call that waits. Nothing else is done: no handler of `exit`, no buffer is written. The next call takes its place; 0 ms
   * takes it back. It is SIGALRM and the timer of `setitimer`, of which a process has one.
   */
  endAfter(ms: number, message: Buffer, code: number): number
}

/** The interface above, counted; a binary of another revision isn't loaded. */
const REVISION = 7

const loaded = loadNative({
  env: process.env,
  platform: process.platform,
  candidates: candidatePaths(),
  revision: REVISION,
})

/**
 * The native binding, or null where there is none: another system, no binary that fits, or `DEADBEAT_NATIVE=off`.
 *
 * @example
 * assert.equal(native === null, loadError !== null)
 */
export const native = loaded.module as Native | null

/** Why `native` is null, with every file that was tried; null if it isn't. */
export const loadError: NativeLoadError | null = loaded.error

/** The file that `native` came from, or null. */
export const loadedFrom: string | null = loaded.path
