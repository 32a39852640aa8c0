/**
 * Saved values in a file of each daemon, `DIRECTORY/STORE/ALIAS.values`, replaced as a whole: there is always the old one
 * or the new one, also after a loss of power. Beside it lie a lock; `ALIAS.aside`, to which what was put aside is added, a
 * line each; and `ALIAS.CHECKSUM.damaged`, files that could not be read.
 */
import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DeadbeatError, codeOf, toError } from '../../errors/index.js'
import { crc32 } from '../../files/crc32.js'
import { FileLock } from '../../files/file-lock.js'
import { makeDirectories } from '../../files/make-directories.js'
import { replaceFile } from '../../files/replace-file.js'
import { syncDirectoriesTo, syncDirectory } from '../../files/sync-directory.js'
import type { Logger } from '../../movement/logger.js'
import { formatDocument, parseDocument } from './document.js'
import { fileNameOf } from './file-name.js'
import type { Persistence, Place } from './persistence.js'

/** Where the files are. */
export interface FilePersistenceOptions {
  readonly directory: string
  readonly log: Logger
}

/**
 * One daemon's file.
 *
 * @example
 * const { mkdtempSync } = await import('node:fs')
 * const directory = mkdtempSync('/tmp/deadbeat-example-')
 * const file = new FilePersistence({ store: 'lamp', alias: 'main', uuid: '6f1c' }, { directory, log: silentLogger })
 * assert.equal((await file.load()).size, 0)
 * await file.close()
 * assert.equal(file.name, `${directory}/lamp/main.values`)
 */
export class FilePersistence implements Persistence {
  readonly name: string
  readonly #base: string
  readonly #log: Logger
  #values = new Map<string, string>()
  #lock: FileLock | null = null

  constructor({ store, alias }: Place, { directory, log }: FilePersistenceOptions) {
    this.#base = join(directory, fileNameOf(store), fileNameOf(alias))
    this.#log = log
    this.name = `${this.#base}.values`
  }

  async load(): Promise<ReadonlyMap<string, string>> {
    try {
      makeDirectories(dirname(this.name), 0o700)
      syncDirectoriesTo(this.name)
      this.#lock ??= FileLock.take(`${this.#base}.lock`)
    } catch (error) {
      throw unreadable(this.name, error)
    }
    if (this.#lock === null) {
      const message = `${this.name} is in use by another daemon: stop that one, or give this one an alias or a state directory of its own`
      throw new DeadbeatError('ERR_IN_USE', message)
    }
    try {
      this.#values = await this.#read()
      return new Map(this.#values)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async save(changes: ReadonlyMap<string, string>): Promise<void> {
    const values = new Map([...this.#values, ...changes])
    await replaceFile(this.name, formatDocument(values))
    this.#values = values
  }

  async putAside(key: string, why: string): Promise<string> {
    const path = `${this.#base}.aside`
    const file = await open(path, 'a', 0o600)
    try {
      await file.writeFile(`${JSON.stringify({ key, why, text: this.#values.get(key) ?? null })}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await syncDirectory(dirname(path))
    const values = new Map(this.#values)
    values.delete(key)
    await replaceFile(this.name, formatDocument(values))
    this.#values = values
    return path
  }

  close(): Promise<void> {
    this.#lock?.release()
    this.#lock = null
    return Promise.resolve()
  }

  async #read(): Promise<Map<string, string>> {
    let bytes: Buffer
    try {
      bytes = readFileSync(this.name)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return new Map()
      throw unreadable(this.name, error)
    }
    const values = parseDocument(bytes, this.name)
    if (values !== null) return values
    const aside = `${this.#base}.${crc32(bytes).toString(16)}.damaged`
    await rename(this.name, aside)
    await syncDirectory(dirname(aside))
    this.#log.warn(`${this.name} is damaged: it is kept as ${aside}, and the items begin with their usual values`)
    return new Map()
  }
}

function unreadable(name: string, cause: unknown): DeadbeatError {
  return new DeadbeatError('ERR_PERSIST', `the saved values in ${name} can't be read: ${toError(cause).message}`, {
    cause,
  })
}
