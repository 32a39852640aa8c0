/** Datagrams of a Unix socket. Node has none: the native binding reads them. */
import { chmodSync, closeSync, lstatSync, unlinkSync } from 'node:fs'
import { EPOLLIN, READ_NOTHING, loadError, native, type Native } from 'inotify-ts/native'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { activatedFd } from './activated.js'
import { messageOfDatagram, type DatagramEncoding, type DatagramTarget } from './datagram.js'
import { describeAddress, listenError } from './listen.js'
import type { LoopBinding, NetLog, NetLoop } from './loop.js'
import { isRare } from './rarely.js'
import type { StreamServerProgress } from './stream-server.js'

/** Where they come, and what they are. */
export interface UnixDatagramOptions {
  readonly path: string
  readonly mode: number
  readonly activated: string | null
  readonly encoding: DatagramEncoding
  readonly lineMax: number
  readonly longLines: 'cut' | 'skip' | 'close'
}

/** How many are read before others in the loop have their turn. */
const READS_MAX = 256

/** The socket. While it is paused, datagrams wait in the kernel, and then their senders do. */
export class UnixDatagrams {
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: UnixDatagramOptions
  private readonly target: DatagramTarget
  private readonly buffer: Buffer
  private fd = -1
  private watch: LoopBinding | null = null
  private isPaused = false
  private long = 0

  constructor(loop: NetLoop, log: NetLog, options: UnixDatagramOptions, target: DatagramTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.buffer = Buffer.allocUnsafe(options.lineMax + 1) // One more than allowed shows that there was more.
  }

  /** @throws {DeadbeatError} ENOTSUP without the native binding; with the system's code if it can't be bound. */
  open(): void {
    if (this.fd < 0) this.fd = bind(requireNative(), this.options)
    this.log.info({ address: describeAddress(this.options) }, 'listening')
    if (!this.isPaused) this.resume()
  }

  /** Before `open`: take over the socket of one that listens at the same address, which then has none any more. */
  inherit(predecessor: unknown): void {
    if (!(predecessor instanceof UnixDatagrams)) return
    if (describeAddress(predecessor.options) !== describeAddress(this.options)) return
    predecessor.unwatch()
    this.fd = predecessor.fd
    predecessor.fd = -1
  }

  close(): void {
    this.unwatch()
    if (this.fd < 0) return
    closeSync(this.fd)
    this.fd = -1
    if (this.options.activated === null) unlinkSync(this.options.path)
  }

  pause(): void {
    this.isPaused = true
    this.unwatch()
  }

  resume(): void {
    this.isPaused = false
    if (this.fd >= 0) this.watch ??= this.loop.fdRegister(this.fd, EPOLLIN, this.read)
  }

  /** Where it listens. */
  progress(): StreamServerProgress {
    return { address: this.fd < 0 ? null : describeAddress(this.options), connections: 0, refused: 0 }
  }

  private unwatch(): void {
    if (this.watch !== null) this.loop.fdUnregister(this.fd)
    this.watch = null
  }

  private readonly read = (): void => {
    for (let count = 0; count < READS_MAX && this.watch !== null; count++) {
      const length = requireNative().read(this.fd, this.buffer)
      if (length === READ_NOTHING) return
      this.take(length)
    }
  }

  private take(length: number): void {
    const { lineMax, longLines, encoding } = this.options
    if (length > lineMax) {
      this.long += 1
      const what = longLines === 'cut' ? 'its beginning is taken' : 'it is skipped'
      const message = `a datagram is above lineMax (${lineMax}): ${what}`
      if (isRare(this.long)) this.log.warn({ longLines: this.long }, message)
      if (longLines !== 'cut') return
    }
    const bytes = Math.min(length, lineMax)
    this.target.arrived({ message: messageOfDatagram(this.buffer.subarray(0, bytes), encoding), bytes }, '')
  }
}

/**
 * The native binding.
 *
 * @throws {DeadbeatError} ENOTSUP if there is none.
 */
export function requireNative(): Native {
  if (native !== null) return native
  const message = 'Unix datagrams need the native binding, which is not there: use kind stream'
  throw new DeadbeatError('ENOTSUP', message, { cause: loadError })
}

function bind(binding: Native, options: UnixDatagramOptions): number {
  const { path, mode, activated } = options
  if (activated !== null) {
    const fd = activatedFd(activated)
    binding.setNonblock(fd, true)
    return fd
  }
  const fd = binding.unixDgram()
  try {
    if (isLeftOver(binding, path)) unlinkSync(path)
    binding.unixBind(fd, path)
    chmodSync(path, mode)
    return fd
  } catch (error) {
    closeSync(fd)
    throw listenError(path, toError(error))
  }
}

/** Whether a datagram socket lies there at which nobody listens: sending nothing to it is refused. */
function isLeftOver(binding: Native, path: string): boolean {
  const entry = lstatSync(path, { throwIfNoEntry: false, bigint: true })
  if (entry?.isSocket() !== true) return false
  const fd = binding.unixDgram()
  try {
    binding.unixSend(fd, path, Buffer.alloc(0))
    return false
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED'
  } finally {
    closeSync(fd)
  }
}
