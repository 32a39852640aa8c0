/**
 * How far a queue on disk is done with, in a file of two lines that are written in turns, so that there is always a
 * whole one. It is written over, not replaced: on a full disk, too, it can say what may be removed. One run at a time
 * may have a queue; a lock on this file says so.
 *
 * Format 1: each line is `deadbeat cursor 1 NUMBER POSITION CRC`. The line with the higher NUMBER is valid. NUMBER and
 * POSITION have 16 digits; CRC is the CRC-32 of everything before it, as 8 hexadecimal digits.
 */
import { closeSync, constants, fdatasync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs'
import { LOCK_EX, LOCK_NB, LOCK_UN, native } from 'inotify-ts/native'
import { DeadbeatError, codeOf } from '../errors/index.js'
import { crc32 } from './crc32.js'
import type { FileLog } from './loop.js'
import { ONCE_MORE, QueueError } from './queue-error.js'

const VERSION = 1
const BEGINNING = `deadbeat cursor ${VERSION} `
const LINE = /^deadbeat cursor 1 (\d{16}) (\d{16}) ([0-9a-f]{8})\n$/
const LINE_LENGTH = BEGINNING.length + 2 * 17 + 8 + 1
const CRC_AT = LINE_LENGTH - 9

/** The file. */
export class QueueCursor {
  /** Its path. */
  readonly name: string
  /** What it says: everything before this position is over. */
  position = 0
  private readonly isSynced: boolean
  private readonly log: FileLog
  private fd = -1
  private number = 0
  private isBusy = false

  /** It opens nothing. With `isSynced` what it says survives a loss of power, too. */
  constructor(path: string, log: FileLog, isSynced: boolean) {
    this.name = path
    this.log = log
    this.isSynced = isSynced
  }

  /**
   * What an earlier run stored; null if there is nothing. From here on no other run may have it, until `close`.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; `ERR_QUEUE` if it is damaged or of a newer version.
   */
  load(): number | null {
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants
    this.fd = openSync(this.name, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    this.takeLock()
    const bytes = Buffer.alloc(2 * LINE_LENGTH)
    const length = readSync(this.fd, bytes, 0, bytes.length, 0)
    if (isOnlyBegun(bytes.subarray(0, length))) return null
    const lines = [0, LINE_LENGTH].map((at) => parse(bytes.subarray(at, Math.min(at + LINE_LENGTH, length))))
    const [first = null, second = null] = lines
    const last = first === null || (second !== null && second.number > first.number) ? second : first
    if (last === null) throw this.unreadable(bytes)
    if (first === null || second === null)
      this.log.warn({ file: this.name }, `one of the two lines of ${this.name} is damaged: the other one is taken`)
    this.number = last.number
    this.position = last.position
    return last.position
  }

  /** Begin with a position. */
  begin(position: number): void {
    writeSync(this.fd, Buffer.concat([lineOf(0, position), lineOf(1, position)]), 0, 2 * LINE_LENGTH, 0)
    this.number = 1
    this.position = position
  }

  /**
   * Store a position; tell once it is as safe as it is meant to be. Answers false if an earlier one is still being
   * synced: then it does nothing.
   *
   * @throws What writing throws.
   */
  store(position: number, then: (error: Error | null) => void): boolean {
    if (this.isBusy) return false
    this.write(position)
    if (!this.isSynced) {
      then(null)
      return true
    }
    this.isBusy = true
    const { fd } = this
    fdatasync(fd, (error) => {
      this.isBusy = false
      if (this.fd < 0) closeSync(fd)
      else then(error)
    })
    return true
  }

  /** Store a position before anything else happens. */
  storeNow(position: number): void {
    this.write(position)
    if (this.isSynced) fdatasyncSync(this.fd)
  }

  /** Let another run have it. */
  close(): void {
    if (this.fd < 0) return
    // While it is synced its descriptor is in use, and would keep the lock.
    if (this.isBusy) native?.flock(this.fd, LOCK_UN)
    else closeSync(this.fd)
    this.fd = -1
  }

  private write(position: number): void {
    const number = this.number + 1
    writeSync(this.fd, lineOf(number, position), 0, LINE_LENGTH, (number % 2) * LINE_LENGTH)
    this.number = number
    this.position = position
  }

  /** A lock that the kernel takes back from whoever dies. Without the binding there is none. */
  private takeLock(): void {
    try {
      native?.flock(this.fd, LOCK_EX | LOCK_NB)
    } catch (error) {
      this.close()
      if (codeOf(error) !== 'EAGAIN') throw error
      const message = `the queue of ${this.name} is in use by another run: stop that one, or give this one a directory of its own`
      throw new DeadbeatError('ERR_IN_USE', message, { cause: error })
    }
  }

  private unreadable(bytes: Buffer): QueueError {
    this.close()
    const version = Number(/^deadbeat cursor (\d+) /.exec(bytes.toString('latin1'))?.[1])
    if (version > VERSION)
      return new QueueError(
        `${this.name} has format ${version}, and this version knows ${VERSION}: run the newer version, or move the directory away to begin anew`,
      )
    return new QueueError(
      `${this.name} is damaged: none of its lines is whole; put back a copy of it, or remove it ${ONCE_MORE}`,
    )
  }
}

/** Whether there never was a whole line, as when the power fails while the first ones are written. */
function isOnlyBegun(bytes: Buffer): boolean {
  return bytes.subarray(LINE_LENGTH - 1).every((byte) => byte === 0)
}

function lineOf(number: number, position: number): Buffer {
  const line = Buffer.from(`${BEGINNING}${digits(number)} ${digits(position)} ${'0'.repeat(8)}\n`)
  line.write(checksum(line), CRC_AT)
  return line
}

function parse(line: Buffer): { readonly number: number; readonly position: number } | null {
  const [, number, position, crc] = LINE.exec(line.toString('latin1')) ?? []
  if (crc === undefined || crc !== checksum(line)) return null
  return { number: Number(number), position: Number(position) }
}

function checksum(line: Buffer): string {
  return crc32(line.subarray(0, CRC_AT)).toString(16).padStart(8, '0')
}

function digits(n: number): string {
  return String(n).padStart(16, '0')
}
