/**
 * The record of a check-point in a file: written beside it and renamed into its place, so that there is always a whole
 * one, the old or the new. One run at a time may have it: a lock on a file beside it says so.
 *
 * The format is one line of text, `deadbeat checkpoint 1 CRC BYTES`, and one of JSON of that length and checksum.
 */
import { closeSync, constants, mkdirSync, openSync, readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LOCK_EX, LOCK_NB, native } from 'inotify-ts/native'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { crc32 } from './crc32.js'
import { syncDirectoriesTo, syncDirectory } from './sync-directory.js'

const HEADER = /^deadbeat checkpoint (\d+) ([0-9a-f]{8}) (\d+)$/
const VERSION = 1
const NEW_LINE = 10

/** How a record is written. */
export interface CheckpointFileOptions {
  /** Whether a record is synced to the disk before it takes its place, so that it survives a loss of power, too. */
  readonly sync?: boolean
}

/**
 * The file.
 *
 * @example
 * const checkpoints = new CheckpointFile('/var/lib/ticks/checkpoint')
 * assert.equal(checkpoints.name, '/var/lib/ticks/checkpoint') // For `new Train(esc, { checkpoints })`.
 */
export class CheckpointFile {
  /** Its path. */
  readonly name: string
  readonly #sync: boolean
  #lock = -1

  /** It opens nothing. */
  constructor(path: string, { sync = false }: CheckpointFileOptions = {}) {
    this.name = path
    this.#sync = sync
  }

  /**
   * The record; null if there is none. From here on no other run may have it, until `close`. A missing directory is made
   * with mode 0700.
   *
   * @throws {DeadbeatError} `ERR_IN_USE` if another run has it; `ERR_CHECKPOINT` if the file is damaged or of a newer
   * version; the system's code if it can't be read.
   */
  load(): JsonValue {
    mkdirSync(dirname(this.name), { recursive: true, mode: 0o700 })
    if (this.#sync) syncDirectoriesTo(this.name)
    this.#takeLock()
    try {
      return this.#parse(readFileSync(this.name))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      this.close()
      if (error instanceof DeadbeatError) throw error
      const message = `cannot read the check-point: ${toError(error).message}`
      throw new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error })
    }
  }

  /** Store a record, as JSON text, in place of the one before. */
  async store(text: string): Promise<void> {
    const json = Buffer.from(text)
    const header = `deadbeat checkpoint ${VERSION} ${crc32(json).toString(16).padStart(8, '0')} ${json.length}\n`
    const beside = `${this.name}.new`
    const file = await open(beside, 'w', 0o600)
    try {
      await file.writeFile(Buffer.concat([Buffer.from(header), json, Buffer.from('\n')]))
      if (this.#sync) await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, this.name)
    if (this.#sync) await syncDirectory(dirname(this.name))
  }

  /** Remove the record. */
  async clear(): Promise<void> {
    await rm(this.name, { force: true })
    if (this.#sync) await syncDirectory(dirname(this.name))
  }

  /** Let another run have it. */
  close(): void {
    if (this.#lock >= 0) closeSync(this.#lock)
    this.#lock = -1
  }

  /** A lock that the kernel takes back from whoever dies. Without the binding there is none. */
  #takeLock(): void {
    if (native === null || this.#lock >= 0) return
    const path = `${this.name}.lock`
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants
    const fd = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600)
    try {
      native.flock(fd, LOCK_EX | LOCK_NB)
    } catch (error) {
      closeSync(fd)
      if (codeOf(error) !== 'EAGAIN') throw error
      const message = `${this.name} is in use by another run of the same train: stop that one, or give this one a state directory of its own`
      throw new DeadbeatError('ERR_IN_USE', message, { cause: error })
    }
    this.#lock = fd
  }

  #parse(bytes: Buffer): JsonValue {
    const end = bytes.indexOf(NEW_LINE)
    const match = HEADER.exec(bytes.toString('latin1', 0, Math.max(0, end)))
    if (match === null) throw this.#damaged('it does not begin with the header of a check-point')
    const [, version, crc, length] = match
    if (Number(version) > VERSION) {
      const message = `the check-point ${this.name} has format ${version}, and this version knows ${VERSION}: run the newer version, or move the file away to begin anew`
      throw new DeadbeatError('ERR_CHECKPOINT', message)
    }
    const json = bytes.subarray(end + 1, end + 1 + Number(length))
    if (json.length < Number(length))
      throw this.#damaged(`${Number(length) - json.length} bytes are missing at its end`)
    if (crc32(json) !== parseInt(crc as string, 16)) throw this.#damaged('its checksum does not fit')
    return JSON.parse(json.toString()) as JsonValue
  }

  #damaged(how: string): DeadbeatError {
    const advice = 'put back a copy of it, or move it away to begin anew (its outputs may then hold lines twice)'
    return new DeadbeatError('ERR_CHECKPOINT', `the check-point ${this.name} is damaged: ${how}; ${advice}`)
  }
}

/** Anything that can be written as JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
