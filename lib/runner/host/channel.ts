/**
 * The runner's end of the socket to a job host. It reads no faster than the job may send, so that a flood stays in the
 * job's own memory, and holds no more for a job that doesn't read than so much.
 */
import type { Duplex } from 'node:stream'
import { toError } from '../../errors/index.js'
import { LineCutter } from '../../files/line-cutter.js'
import type { Clock, Disarm } from '../../movement/index.js'
import { RunnerError } from '../errors.js'
import { MESSAGE_BYTES_MAX, formatMessage, notOurs, readFromChild, type FromChild, type ToChild } from './protocol.js'

/** How many bytes may wait for a job to read them. */
const UNREAD_BYTES_MAX = 4 * MESSAGE_BYTES_MAX
/** How long it reads nothing, once the job has said too much, in ms. */
const PAUSE_MS = 100

/** Who hears what the job says. */
export interface ChannelTarget {
  take(message: FromChild): void
  /** It said something that no job host says, or doesn't read. Nothing comes after this. */
  broken(error: Error): void
}

/** The channel. */
export class Channel {
  readonly #socket: Duplex
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #target: ChannelTarget
  readonly #cutter = new LineCutter(MESSAGE_BYTES_MAX)
  /** What has arrived and has to wait. */
  #waiting: string[] = []
  /** How many messages may come at once; it grows with the time. */
  #allowed: number
  #countedAtMs: number
  #alarm: Disarm | null = null
  #isOver = false

  constructor(socket: Duplex, clock: Clock, messagesPerSecond: number, target: ChannelTarget) {
    this.#socket = socket
    this.#clock = clock
    this.#perSecond = messagesPerSecond
    this.#target = target
    this.#allowed = messagesPerSecond
    this.#countedAtMs = clock.now()
    socket.on('data', (chunk: Buffer) => this.#arrived(chunk))
    socket.on('error', () => undefined) // The job has ended: its exit tells how.
  }

  /** Whether the job is kept from saying more, for it said too much. */
  get isHeld(): boolean {
    return this.#alarm !== null
  }

  send(message: ToChild): void {
    if (this.#isOver || this.#socket.destroyed || !this.#socket.writable) return
    this.#socket.write(formatMessage(message))
    if (this.#socket.writableLength > UNREAD_BYTES_MAX) {
      this.#break(
        new RunnerError('ERR_JOB_MESSAGE', `the job doesn't read: ${this.#socket.writableLength} bytes wait for it`),
      )
    }
  }

  /** The process has ended: what it has said still counts, and there is no more of it than that. */
  finish(): void {
    this.#allowed = Infinity
    this.#alarm?.()
    this.#resume()
  }

  /** Hear no more. */
  close(): void {
    this.#isOver = true
    this.#alarm?.()
    this.#alarm = null
    this.#waiting = []
    this.#socket.destroy()
  }

  #arrived(chunk: Buffer): void {
    if (this.#isOver) return
    for (const { bytes, from, to, isLong } of this.#cutter.push(chunk)) {
      if (isLong) {
        this.#break(notOurs(bytes.toString('utf8', from, from + 100)))
        return
      }
      this.#waiting.push(...bytes.toString('utf8', from, to).split('\n'))
    }
    if (this.#cutter.rest > MESSAGE_BYTES_MAX) {
      this.#break(notOurs('more than a message may have'))
      return
    }
    if (!this.isHeld) this.#work()
  }

  #work(): void {
    this.#refill()
    let taken = 0
    while (taken < this.#waiting.length && this.#allowed >= 1 && !this.#isOver) {
      this.#allowed -= 1
      this.#takeOne(this.#waiting[taken++] as string)
    }
    if (this.#isOver) return
    this.#waiting = this.#waiting.slice(taken)
    if (this.#waiting.length === 0) return
    this.#socket.pause()
    this.#alarm = this.#clock.alarm(this.#clock.now() + PAUSE_MS, () => this.#resume())
  }

  #resume(): void {
    this.#alarm = null
    if (this.#isOver) return
    this.#socket.resume()
    this.#work()
  }

  #refill(): void {
    const now = this.#clock.now()
    const more = ((now - this.#countedAtMs) / 1000) * this.#perSecond
    this.#allowed = this.#allowed === Infinity ? Infinity : Math.min(this.#perSecond, this.#allowed + more)
    this.#countedAtMs = now
  }

  #takeOne(text: string): void {
    try {
      this.#target.take(readFromChild(text))
    } catch (error) {
      this.#break(toError(error))
    }
  }

  #break(error: Error): void {
    if (this.#isOver) return
    this.close()
    this.#target.broken(error)
  }
}
