/**
 * The names of the daemons that run on this machine: a file each, in the runtime directory of their user. Clients of the
 * same user find them without a database, a registry, or a datagram.
 *
 * A daemon that was killed leaves its file. Who reads it sees that its process is gone, and removes it.
 */
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { codeOf, toError } from '../../errors/index.js'
import { replaceFile } from '../../files/replace-file.js'
import { makeRuntimeDirectory, runtimeDirectory } from '../../files/runtime-directory.js'
import type { Logger } from '../../movement/logger.js'
import { nameOf } from '../daemon/home.js'
import type { HeldName } from './kv-names.js'
import { formatEntry, isRunning, readEntry, type NameEntry } from './name-entry.js'

/** Where the names are. */
export interface RuntimeNamesOptions {
  readonly log: Logger
  /** The directory; `.daemons` in the runtime directory of the user, or of the unit of systemd, if it isn't given. */
  readonly directory?: string
}

/** No app has such a name, so that none has this directory for its own. */
const NAME = '.daemons'
const ENDING = '.json'

/** The names of daemons, in files of this machine. */
export class RuntimeNames {
  readonly place: string
  readonly #log: Logger

  constructor({ log, directory = usualDirectory() }: RuntimeNamesOptions) {
    this.#log = log
    this.place = directory
  }

  /**
   * Say that a daemon runs here, in the place of whoever said so before: its own lock says that there is one of it.
   *
   * @throws {DeadbeatError} ERR_RUNTIME_DIRECTORY if the directory can't be used; the system's error if the file can't.
   */
  async register(entry: NameEntry): Promise<HeldName> {
    const { store, alias } = entry.block
    const path = this.#pathOf(store, alias)
    makeRuntimeDirectory(NAME, { flag: this.place })
    const update = (next: NameEntry): Promise<void> => replaceFile(path, formatEntry(next), { sync: false })
    await update(entry)
    return {
      update,
      withdraw: async () => {
        const there = await this.#read(path)
        if (there?.block.uuid === entry.block.uuid) await rm(path, { force: true })
      },
    }
  }

  /** The daemons of a store that run. */
  async of(store: string): Promise<NameEntry[]> {
    const beginning = `${nameOf('store', store)}.`
    return await this.#running((name) => name.startsWith(beginning))
  }

  /** All daemons that run. */
  all(): Promise<NameEntry[]> {
    return this.#running(() => true)
  }

  async #running(isWanted: (name: string) => boolean): Promise<NameEntry[]> {
    const found: NameEntry[] = []
    for (const name of await this.#names()) {
      if (!isWanted(name)) continue
      const path = join(this.place, name)
      const entry = await this.#read(path)
      if (entry === null) continue
      if (isRunning(entry.process)) found.push(entry)
      else await rm(path, { force: true })
    }
    return found
  }

  async #names(): Promise<string[]> {
    try {
      return (await readdir(this.place)).filter((name) => name.endsWith(ENDING) && !name.startsWith('.')).sort()
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#tell(this.place, error)
      return []
    }
  }

  async #read(path: string): Promise<NameEntry | null> {
    try {
      return readEntry(await readFile(path, 'utf8'))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#tell(path, error)
      return null
    }
  }

  #tell(path: string, error: unknown): void {
    this.#log.warn({ err: error, path }, `${path} is passed over: ${toError(error).message}`)
  }

  /** The dot ends the store's name: neither name can hold one. */
  #pathOf(store: string, alias: string): string {
    return join(this.place, `${nameOf('store', store)}.${nameOf('alias', alias)}${ENDING}`)
  }
}

/** What systemd gives a unit is all the unit's own, and so is a directory in it. */
function usualDirectory(): string {
  const directory = runtimeDirectory(NAME)
  return basename(directory) === NAME ? directory : join(directory, NAME)
}
