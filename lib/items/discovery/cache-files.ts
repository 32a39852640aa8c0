/**
 * The files in which clients, daemons and registries of one user keep what they know of each other, as those of Python
 * read and write them: `client/cache/STORE/UUID.json` with one block each, `client/registries` written by people, and
 * `client/registries.cache` written by programs.
 *
 * What lies there may be of anybody's making. Names are checked before they become parts of a path, and a file that
 * can't be used is told in the log and passed over.
 */
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf, toError } from '../../errors/index.js'
import { replaceFile } from '../../files/replace-file.js'
import type { Logger } from '../../movement/logger.js'
import { formatJson, parseJson } from '../../wire/frames/json.js'
import { nameOf } from '../daemon/home.js'
import { readBlock, type KnownBlock } from './known-block.js'

/** Where the files are, and how much of them is read. */
export interface CacheFilesOptions {
  /** The directory of mKTL, as `homeDirectory()` names it. */
  readonly home: string
  readonly log: Logger
  /** How large a file may be; 32 MiB if it isn't given. */
  readonly bytesMax?: number
  /** How many blocks of a store are read; 1000 if it isn't given. */
  readonly blocksMax?: number
  /** How many registries are remembered; 100 if it isn't given. The oldest go first. */
  readonly registriesMax?: number
}

const ENDING = '.json'

/** What is known of daemons from before. */
export class CacheFiles {
  readonly #options: Required<CacheFilesOptions>
  readonly #blocks: string
  /** Each file that is written waits for the one before: two at once could end in the wrong order. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: CacheFilesOptions) {
    this.#options = { bytesMax: 33_554_432, blocksMax: 1000, registriesMax: 100, ...options }
    this.#blocks = join(options.home, 'client', 'cache')
  }

  /** The stores of which there are blocks. */
  async stores(): Promise<string[]> {
    const names = (await this.#namesIn(this.#blocks)).filter(isName)
    // Of a store whose daemons were forgotten an empty directory is left.
    const files = await Promise.all(names.map((name) => this.#namesIn(join(this.#blocks, name))))
    return names.filter((_name, i) => files[i]?.some((file) => file.endsWith(ENDING)))
  }

  /**
   * The blocks of a store. Those that can't be used are told in the log.
   *
   * @throws {RangeError} If the store's name can't be one.
   */
  async read(store: string): Promise<KnownBlock[]> {
    const directory = this.#directoryOf(store)
    const names = (await this.#namesIn(directory)).filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
    const blocks: KnownBlock[] = []
    for (const name of names.slice(0, this.#options.blocksMax)) {
      const block = await this.#readBlock(join(directory, name), store)
      if (block !== null) blocks.push(block)
    }
    return blocks
  }

  /**
   * Keep a block, in the place of an older one of the same daemon.
   *
   * @throws {DiscoveryError} ERR_BLOCK if it is none.
   * @throws the system's error if it can't be written.
   */
  async write(block: KnownBlock): Promise<void> {
    const path = this.#pathOf(block)
    await this.#next(async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await replaceFile(path, formatJson(block), { sync: false })
    })
  }

  /** Forget the block of a daemon. */
  async remove(block: KnownBlock): Promise<void> {
    const path = this.#pathOf(block)
    await this.#next(() => rm(path, { force: true }))
  }

  /** The addresses of registries: those that somebody wrote down, then those that were found before. */
  async registries(): Promise<string[]> {
    const { home } = this.#options
    const texts = await Promise.all(
      ['registries', 'registries.cache'].map((name) => this.#text(join(home, 'client', name))),
    )
    return [...new Set(texts.flatMap(addressesIn))]
  }

  /** Remember that a registry has answered there. */
  rememberRegistry(address: string): Promise<void> {
    const { home, registriesMax } = this.#options
    const path = join(home, 'client', 'registries.cache')
    return this.#next(async () => {
      const known = addressesIn(await this.#text(path))
      if (known.includes(address) || addressesIn(address)[0] !== address) return
      await mkdir(join(home, 'client'), { recursive: true, mode: 0o700 })
      await replaceFile(path, `${[...known, address].slice(-registriesMax).join('\n')}\n`, { sync: false })
    })
  }

  #next<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#writing.then(write)
    this.#writing = written.catch(() => undefined) // Told to who wrote it.
    return written
  }

  #pathOf(block: KnownBlock): string {
    const { store, uuid } = readBlock(block)
    return join(this.#directoryOf(store), `${uuid}${ENDING}`)
  }

  #directoryOf(store: string): string {
    return join(this.#blocks, nameOf('store', store))
  }

  async #namesIn(directory: string): Promise<string[]> {
    try {
      return (await readdir(directory)).sort()
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#tell(directory, error)
      return []
    }
  }

  async #readBlock(path: string, store: string): Promise<KnownBlock | null> {
    try {
      const block = readBlock(parseJson(await this.#textOf(path)))
      if (block.store !== store.toLowerCase()) throw new RangeError(`it is a block of the store ${block.store}`)
      return block
    } catch (error) {
      this.#tell(path, error)
      return null
    }
  }

  async #text(path: string): Promise<string> {
    try {
      return await this.#textOf(path)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#tell(path, error)
      return ''
    }
  }

  async #textOf(path: string): Promise<string> {
    // Whoever opens a pipe waits for its other end, unless it says so.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      const { bytesMax } = this.#options
      const { size } = stat
      if (!stat.isFile()) throw new RangeError('it is no file')
      if (size > bytesMax) throw new RangeError(`it may have bytesMax (${bytesMax}) bytes: it has ${size}`)
      return await readFile(file, 'utf8')
    } finally {
      await file.close()
    }
  }

  #tell(path: string, error: unknown): void {
    this.#options.log.warn({ err: error, path }, `${path} is passed over: ${toError(error).message}`)
  }
}

/** Addresses as they stand in a file: apart from each other by white space, with remarks behind `#`. */
function addressesIn(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').split(/\s+/))
    .filter((word) => /^[a-z0-9._:[\]%-]{1,255}$/i.test(word))
}

function isName(name: string): boolean {
  try {
    return nameOf('store', name) === name
  } catch {
    return false
  }
}
