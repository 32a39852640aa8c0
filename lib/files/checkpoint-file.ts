/**
 * The record of a check-point in a file: written beside it and renamed into its place, so that there is always a whole
 * one, the old or the new. One run at a time may have it: a lock on a file beside it says so.
 * Where records are kept in another store, the file says where; for the text of both see `checkpoint-text.ts`.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { dress, ELSEWHERE, RECORD, undress, type Kept } from './checkpoint-text.js'
import { FileLock } from './file-lock.js'
import { syncDirectoriesTo, syncDirectory } from './sync-directory.js'

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
  #lock: FileLock | null = null

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
   * version, or says that the record is elsewhere; `ERR_STATE_DIRECTORY` if it can't be locked; the system's code if it
   * can't be read.
   */
  load(): JsonValue {
    const kept = this.read()
    if (kept === null) return null
    if (kept.version === RECORD) return JSON.parse(kept.json) as JsonValue
    this.close()
    throw new DeadbeatError(
      'ERR_CHECKPOINT',
      `the check-point ${this.name} was moved to another store, ${kept.json}: only an app can go on from there`,
    )
  }

  /** The same, not parsed; it may say where the record is instead. */
  read(): Kept | null {
    this.#takeLock()
    try {
      return undress(readFileSync(this.name), { name: this.name, remove: 'move it away' })
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      this.close()
      if (error instanceof DeadbeatError) throw error
      const message = `cannot read the check-point: ${toError(error).message}`
      throw new DeadbeatError(codeOf(error) || 'EIO', message, { cause: error })
    }
  }

  /** Store a record, as JSON text, in place of the one before. */
  async store(json: string): Promise<void> {
    await this.#write(dress(Buffer.from(json), RECORD))
  }

  /** Say where the record is from now on, as JSON text, in place of the record. */
  async point(json: string): Promise<void> {
    await this.#write(dress(Buffer.from(json), ELSEWHERE))
  }

  /** Remove the record. */
  async clear(): Promise<void> {
    await rm(this.name, { force: true })
    if (this.#sync) await syncDirectory(dirname(this.name))
  }

  /** Let another run have it. */
  close(): void {
    this.#lock?.release()
    this.#lock = null
  }

  #takeLock(): void {
    if (this.#lock !== null) return
    try {
      mkdirSync(dirname(this.name), { recursive: true, mode: 0o700 })
      if (this.#sync) syncDirectoriesTo(this.name)
      this.#lock = FileLock.take(`${this.name}.lock`)
    } catch (error) {
      const message = `the check-point ${this.name} cannot be locked: ${toError(error).message}; the state directory and all in it must be this user's, with room for more`
      throw new DeadbeatError('ERR_STATE_DIRECTORY', message, { cause: error })
    }
    if (this.#lock !== null) return
    const message = `${this.name} is in use by another run of the same train: stop that one, or give this one a state directory of its own`
    throw new DeadbeatError('ERR_IN_USE', message)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const beside = `${this.name}.new`
    const file = await open(beside, 'w', 0o600)
    try {
      await file.writeFile(bytes)
      if (this.#sync) await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, this.name)
    if (this.#sync) await syncDirectory(dirname(this.name))
  }
}

/** Anything that can be written as JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }
