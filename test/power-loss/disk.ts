/**
 * A disk that may lose its power. It stands for what the kernel promises and no more: what a program writes lies in the
 * page cache, where it sees it at once, and is on the disk only once it was synced; a name is there, or gone, only once
 * its directory was synced. Until then all of it may be there, or nothing, or a part.
 *
 * The program works on real files below a root. Each change is noted here in the order in which it was made; when the
 * power fails, one of the states that the disk may be in is made of these notes, and put in the place of the files. Each
 * file keeps its inode, as on a disk: a second name in a vault holds on to it.
 *
 * What may survive: of a file, any of its writes since it was last synced, whole, with its end cut off, or as zeros; of a
 * directory, its changes up to any of them, in their order, as file systems with a journal keep it.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Random } from '../support/random-train/random.js'

/** One change of a file's content that is not on the disk yet. */
type Change =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly length: number }

/** One change of a directory that is not on the disk yet: a name that leads to somewhere else, or nowhere. */
type Entry = { readonly name: string; readonly to: File | Folder | null }

/** A file: what of it is on the disk, and what else the program sees. */
class File {
  readonly vault: string
  durable: Buffer = Buffer.alloc(0)
  pending: Change[] = []

  constructor(vault: string) {
    this.vault = vault
  }

  sync(count: number): void {
    this.durable = this.pending.splice(0, count).reduce(changed, this.durable)
  }

  /** What a loss of power leaves of it. */
  survivor(random: Random): Buffer {
    const { durable, pending } = this
    if (pending.length === 0) return durable
    const whole = pending.reduce(changed, durable)
    const fate = random.pick(['lost', 'kept', 'cut', 'torn'] as const)
    if (fate === 'lost') return durable
    if (fate === 'kept') return whole
    if (fate === 'cut' || pending.some(({ kind }) => kind === 'truncate')) {
      const some = pending.slice(0, random.below(pending.length + 1)).reduce(changed, durable)
      const least = Math.min(some.length, durable.length)
      return some.subarray(0, least + random.below(some.length - least + 1))
    }
    // Its size is there, and any of its pages.
    const torn = Buffer.alloc(whole.length)
    durable.copy(torn)
    for (const change of pending) if (change.kind === 'write' && random.chance(50)) change.bytes.copy(torn, change.at)
    return torn.subarray(0, durable.length + random.below(torn.length - durable.length + 1))
  }
}

/** A directory. */
class Folder {
  durable = new Map<string, File | Folder>()
  pending: (readonly Entry[])[] = []

  sync(count: number): void {
    for (const entries of this.pending.splice(0, count)) apply(this.durable, entries)
  }
}

/** The disk below a root. */
export class Disk {
  readonly root: string
  /** How many changes and syncs there were, and before which of them the power fails. */
  count = 0
  failsAt = Infinity
  isDead = false
  /** Whether syncing a directory does nothing. */
  forgetsFolders = false
  readonly #vault: string
  #top = new Folder()
  readonly #files = new Map<bigint, File>()
  #vaulted = 0

  /** Two directories are made below this one, which must be empty. */
  constructor(directory: string) {
    this.root = join(directory, 'root')
    this.#vault = join(directory, 'vault')
    mkdirSync(this.root)
    mkdirSync(this.#vault)
  }

  has(path: string): boolean {
    return path === this.root || path.startsWith(`${this.root}/`)
  }

  /** Something is about to be changed or synced. Answers whether there still is power. */
  step(): boolean {
    if (this.count >= this.failsAt) this.isDead = true
    else this.count += 1
    return !this.isDead
  }

  /** A file was made. */
  made(path: string): void {
    const vault = join(this.#vault, String(this.#vaulted++))
    linkSync(path, vault)
    const file = new File(vault)
    this.#files.set(statSync(path, { bigint: true }).ino, file)
    this.#change(path, [{ name: basename(path), to: file }])
  }

  madeFolder(path: string): void {
    this.#change(path, [{ name: basename(path), to: new Folder() }])
  }

  removed(path: string): void {
    this.#change(path, [{ name: basename(path), to: null }])
  }

  /** About to be renamed, within its directory or from one into another. */
  renames(from: string, to: string): void {
    const file = this.fileAt(from)
    if (dirname(from) !== dirname(to)) {
      this.#change(to, [{ name: basename(to), to: file }])
      this.removed(from)
      return
    }
    this.#change(to, [
      { name: basename(from), to: null },
      { name: basename(to), to: file },
    ])
  }

  wrote(fd: number, at: number, bytes: Uint8Array): void {
    this.fileOf(fd).pending.push({ kind: 'write', at, bytes: Buffer.from(bytes) })
  }

  truncated(file: File, length: number): void {
    file.pending.push({ kind: 'truncate', length })
  }

  /** How many changes of what a descriptor leads to are not on the disk. */
  pendingOf(fd: number): number {
    const found = this.#at(fd)
    return found?.pending.length ?? 0
  }

  /** The first so many changes of what a descriptor leads to are on the disk. */
  synced(fd: number, count: number): void {
    const found = this.#at(fd)
    if (found instanceof File || !this.forgetsFolders) found?.sync(count)
  }

  fileOf(fd: number): File {
    const found = this.#at(fd)
    if (!(found instanceof File)) throw new Error(`descriptor ${fd} leads to no file of this disk`)
    return found
  }

  fileAt(path: string): File {
    const file = this.#files.get(statSync(path, { bigint: true }).ino)
    if (file === undefined) throw new Error(`${path} was not made through this disk`)
    return file
  }

  /** The directory at a path, as the program sees it. */
  #folderAt(path: string): Folder {
    let folder = this.#top
    for (const name of path
      .slice(this.root.length)
      .split('/')
      .filter((step) => step !== '')) {
      const seen = new Map(folder.durable)
      for (const entries of folder.pending) apply(seen, entries)
      folder = seen.get(name) as Folder
    }
    return folder
  }

  /** The power fails: make one of the states that the disk may be in, and let it be the disk. */
  fail(random: Random): void {
    const survivors = new Set<File>()
    rmSync(this.root, { recursive: true })
    this.#top = this.#survive(this.#top, this.root, random, survivors)
    for (const [ino, file] of this.#files) {
      if (survivors.has(file)) continue
      this.#files.delete(ino)
      rmSync(file.vault)
    }
    this.isDead = false
    this.count = 0
  }

  /** Somebody moves a file, if it is there, and syncs that. */
  move(from: string, to: string): void {
    if (!existsSync(from)) return
    this.renames(from, to)
    renameSync(from, to)
    this.#folderAt(dirname(to)).sync(1)
  }

  #survive(folder: Folder, path: string, random: Random, survivors: Set<File>): Folder {
    mkdirSync(path)
    const after = new Folder()
    folder.sync(random.below(folder.pending.length + 1))
    for (const [name, child] of folder.durable) {
      const at = join(path, name)
      if (child instanceof Folder) {
        after.durable.set(name, this.#survive(child, at, random, survivors))
        continue
      }
      if (!survivors.has(child)) {
        child.durable = Buffer.from(child.survivor(random))
        child.pending = []
        refill(child)
        survivors.add(child)
      }
      linkSync(child.vault, at)
      after.durable.set(name, child)
    }
    return after
  }

  /** What a descriptor leads to; null if that doesn't lie on this disk. */
  #at(fd: number): File | Folder | null {
    const file = this.#files.get(fstatSync(fd, { bigint: true }).ino)
    if (file !== undefined) return file
    const path = readlinkSync(`/proc/self/fd/${fd}`)
    return this.has(path) ? this.#folderAt(path) : null
  }

  #change(path: string, entries: readonly Entry[]): void {
    this.#folderAt(dirname(path)).pending.push(entries)
  }

  /** What the disk holds, by path. */
  contents(): Map<string, string> {
    const paths = existsSync(this.root) ? (readdirSync(this.root, { recursive: true }) as string[]) : []
    const files = paths.filter((path) => statSync(join(this.root, path)).isFile())
    return new Map(files.sort().map((path) => [path, readFileSync(join(this.root, path), 'utf8')]))
  }
}

function apply(names: Map<string, File | Folder>, entries: readonly Entry[]): void {
  for (const { name, to } of entries) {
    if (to === null) names.delete(name)
    else names.set(name, to)
  }
}

function changed(before: Buffer, change: Change): Buffer {
  const end = change.kind === 'write' ? Math.max(before.length, change.at + change.bytes.length) : change.length
  const after = Buffer.alloc(end)
  before.copy(after)
  if (change.kind === 'write') change.bytes.copy(after, change.at)
  return after
}

function refill({ vault, durable }: File): void {
  const fd = openSync(vault, 'r+')
  ftruncateSync(fd, 0)
  writeSync(fd, durable)
  closeSync(fd)
}
