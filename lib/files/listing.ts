/** What lies in a directory at one moment: asked once, however many files are looked for in it. */
import { closeSync, openSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../errors/index.js'
import { headOf } from './fingerprint.js'
import { OPEN_FLAGS } from './open-tail.js'
import { identityOf } from './tailed-file.js'

/** How a file is compressed, by its name. What is packed otherwise than by gzip can't be read here. */
export type Packing = 'none' | 'gzip' | 'other'

/** How the file of this name is compressed. */
export function packingOf(path: string): Packing {
  if (path.endsWith('.gz')) return 'gzip'
  return /\.(?:xz|bz2|zst|lz4|lzma|Z|zip)$/.test(path) ? 'other' : 'none'
}

/** One file in a directory. */
export class Entry {
  readonly path: string
  /** Device and inode. */
  readonly id: string
  /** When it was born and last written to, in ns. */
  readonly birth: bigint
  readonly mtime: bigint
  readonly size: number
  readonly packing: Packing
  private bytes: Buffer | null | undefined

  constructor(path: string, stat: { dev: bigint; ino: bigint; birthtimeNs: bigint; mtimeNs: bigint; size: bigint }) {
    this.path = path
    this.id = identityOf(stat.dev, stat.ino)
    this.birth = stat.birthtimeNs
    this.mtime = stat.mtimeNs
    this.size = Number(stat.size)
    this.packing = packingOf(path)
  }

  /** What it begins with, unpacked. Null if it can't be read. */
  get head(): Buffer | null {
    if (this.bytes === undefined) this.bytes = readHead(this)
    return this.bytes
  }
}

/** The files of one directory. */
export class Listing {
  private readonly directory: string
  private readonly entries = new Map<string, Entry | null>()
  private sorted: readonly string[] | null = null
  /** When the directory was last changed before it was listed. */
  private changed: bigint | null = null
  private ids: Map<string, Entry> | null = null

  constructor(directory: string) {
    this.directory = directory
  }

  /**
   * The file of this path; null if there is none.
   *
   * @throws What looking at it throws.
   */
  at(path: string): Entry | null {
    const name = basename(path)
    const known = this.entries.get(name)
    if (known !== undefined) return known
    const entry = statEntry(join(this.directory, name))
    this.entries.set(name, entry)
    return entry
  }

  /** The files whose names go on behind this one with a dot or a dash: what a rotation leaves beside it, and others. */
  beside(path: string): Entry[] {
    const base = basename(path)
    const names = this.names()
    const found: Entry[] = []
    for (let i = firstFrom(names, base); names[i]?.startsWith(base) === true; i++) {
      const name = names[i] as string
      if (name[base.length] !== '.' && name[base.length] !== '-') continue
      const entry = this.entry(name)
      if (entry !== null) found.push(entry)
    }
    return found
  }

  /** The file with this device and inode, whatever its name. */
  withId(id: string): Entry | null {
    if (this.ids === null) {
      this.ids = new Map()
      for (const name of this.names()) {
        const entry = this.entry(name)
        if (entry !== null) this.ids.set(entry.id, entry)
      }
    }
    return this.ids.get(id) ?? null
  }

  /** Whether the directory is as it was listed: while files are renamed, one may be seen under none of its names. */
  isCurrent(): boolean {
    return this.sorted === null || changeOf(this.directory) === this.changed
  }

  private entry(name: string): Entry | null {
    try {
      return this.at(name)
    } catch {
      return null // It can't be looked at, so it can't be read either.
    }
  }

  private names(): readonly string[] {
    if (this.sorted === null) {
      this.changed = changeOf(this.directory)
      this.sorted = namesIn(this.directory)
    }
    return this.sorted
  }
}

/** How often directories are listed anew: in one in which files come and go all the time there would be no end. */
const LOOKS_MAX = 100

/** The listings of any directories. */
export class Listings {
  private readonly listings = new Map<string, Listing>()
  /** How often a directory had to be listed anew. */
  private looks = 0

  /** That of the directory in which a path lies. */
  around(path: string): Listing {
    const directory = dirname(path)
    let listing = this.listings.get(directory)
    if (listing === undefined) this.listings.set(directory, (listing = new Listing(directory)))
    return listing
  }

  /**
   * Look for something in the directory in which a path lies, and look again if files came, went or were renamed since
   * it was listed.
   */
  look<Found>(path: string, find: (listing: Listing) => Found): Found {
    for (;;) {
      const listing = this.around(path)
      const found = find(listing)
      if (listing.isCurrent() || this.looks === LOOKS_MAX) return found
      this.looks += 1
      this.listings.delete(dirname(path))
    }
  }
}

function changeOf(directory: string): bigint | null {
  return statSync(directory, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? null
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}

function statEntry(path: string): Entry | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat?.isFile() === true ? new Entry(path, stat) : null
}

function readHead({ path, packing }: Entry): Buffer | null {
  let fd: number
  try {
    fd = openSync(path, OPEN_FLAGS)
  } catch {
    return null
  }
  try {
    return headOf(fd, packing === 'gzip')
  } finally {
    closeSync(fd)
  }
}

/** Where the first name stands that isn't before this one. */
function firstFrom(names: readonly string[], name: string): number {
  let [from, to] = [0, names.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((names[middle] as string) < name) from = middle + 1
    else to = middle
  }
  return from
}
