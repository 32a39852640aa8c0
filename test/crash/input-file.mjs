// An input file as its writer sees it, with every kind of rotation. What a rotation may lose is for others to know: here
// it is only done.
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** The file that a stream is written to, and its older ones. */
export class InputFile {
  path
  /** How many bytes the present file has. */
  length = 0
  /** Whether the present file has lost its name and is still written to. */
  isRenamed = false
  /** The older files, the newest first, each with what its owner wanted to remember of it. */
  older = []
  #numbering
  #isPattern
  #old
  #fd = -1
  #serial = 0

  /**
   * `numbering` is how older files are called: `shift` has x.log.1 always the newest, `serial` a number that only
   * grows. `isPattern` says that whatever looks like the file is read: what must not be read twice then goes into `old/`.
   */
  constructor({ directory, name, numbering, isPattern }) {
    this.path = join(directory, name)
    this.#numbering = numbering
    this.#isPattern = isPattern
    this.#old = join(directory, 'old')
    mkdirSync(this.#old, { recursive: true })
    this.open()
  }

  /** Make a new file under the name, once the old one was renamed or deleted. */
  open() {
    if (this.#fd >= 0) closeSync(this.#fd)
    this.#fd = openSync(this.path, 'a', 0o640)
    this.length = 0
    this.isRenamed = false
  }

  write(bytes) {
    for (let from = 0; from < bytes.length;) from += writeSync(this.#fd, bytes, from)
    this.length += bytes.length
  }

  /** The file gets another name. It is written on until `open`. */
  rename(memo) {
    const path = this.#makeRoom()
    renameSync(this.path, path)
    this.older.unshift({ path, packing: '', memo })
    this.isRenamed = true
  }

  /** What is in it is copied and cut away: nothing is written in between, as the writer does it itself. */
  copyTruncate(memo) {
    const path = this.#isPattern ? this.#besides() : this.#makeRoom()
    copyFileSync(this.path, path)
    const fd = openSync(path, 'r')
    fsyncSync(fd)
    closeSync(fd)
    ftruncateSync(this.#fd)
    this.length = 0
    if (!this.#isPattern) this.older.unshift({ path, packing: '', memo })
  }

  /** The file is deleted and another one made. */
  recreate() {
    rmSync(this.path)
    this.open()
  }

  /** The oldest file that isn't compressed yet. */
  get oldestPlain() {
    return this.older.findLast(({ packing }) => packing === '')
  }

  /** Compress that one. */
  compress() {
    const file = this.oldestPlain
    const draft = join(this.#old, 'draft')
    const to = `${this.#isPattern ? this.#besides() : file.path}.gz`
    const { mtimeNs } = statSync(file.path, { bigint: true })
    writeFileSync(draft, gzipSync(readFileSync(file.path)))
    // The time of the last writing stays, as gzip does it; rounded up it would be that of a younger file.
    const seconds = Number(mtimeNs / 1000n) / 1_000_000
    utimesSync(draft, seconds, seconds)
    renameSync(draft, to)
    rmSync(file.path)
    if (this.#isPattern) this.older.splice(this.older.indexOf(file), 1)
    else Object.assign(file, { path: to, packing: '.gz' })
  }

  /** Delete the oldest file. */
  deleteOldest() {
    rmSync(this.older.pop().path)
  }

  close() {
    closeSync(this.#fd)
  }

  #besides() {
    this.#serial += 1
    return join(this.#old, `${basename(this.path)}.${String(this.#serial).padStart(5, '0')}`)
  }

  /** The path for the file that is about to be the newest of the older ones. */
  #makeRoom() {
    if (this.#numbering === 'serial') {
      this.#serial += 1
      return `${this.path}.${String(this.#serial).padStart(5, '0')}`
    }
    for (let i = this.older.length - 1; i >= 0; i--) {
      const { path, packing } = this.older[i]
      const to = `${this.path}.${i + 2}${packing}`
      if (existsSync(to)) throw new Error(`${to} must be free for what is renamed to it: it is there`)
      renameSync(path, to)
      this.older[i].path = to
    }
    return `${this.path}.1`
  }
}
