// A disk that is nearly full: a small file system in memory, most of it taken by ballast.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const BALLAST = '.ballast'
const MIB = 1024 * 1024
const SIZE = 16 * MIB

/** The small disk of a round's outputs. */
export class FullDisk {
  #path
  #isMounted = false

  constructor(path) {
    this.#path = path
  }

  /** Mount it with so many bytes left. Answers why it can't be done; null if it could. */
  mount(freeBytes) {
    mkdirSync(this.#path, { recursive: true })
    const args = ['-t', 'tmpfs', '-o', 'size=16m,mode=0750', 'deadbeat-crash', this.#path]
    const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' })
    if (status !== 0) return error?.message ?? stderr.trim()
    this.#isMounted = true
    writeFileSync(join(this.#path, BALLAST), Buffer.alloc(SIZE - freeBytes))
    return null
  }

  /** Make room. */
  relieve() {
    rmSync(join(this.#path, BALLAST), { force: true })
  }

  /** Unmount it; keep what is in it as an ordinary directory if that is asked for. */
  unmount(isKept) {
    if (!this.#isMounted) return
    this.relieve()
    if (isKept) cpSync(this.#path, `${this.#path}.kept`, { recursive: true })
    const { status, stderr } = spawnSync('umount', [this.#path], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`cannot unmount ${this.#path}: ${stderr.trim()}`)
    this.#isMounted = false
    if (!isKept) return
    rmSync(this.#path, { recursive: true })
    renameSync(`${this.#path}.kept`, this.#path)
  }
}

/** Why no small disk can be mounted here; null if one can. */
export function whyNotMountable(directory) {
  if (process.getuid?.() !== 0) return 'mounting is for root'
  const disk = new FullDisk(join(directory, 'disk'))
  const reason = disk.mount(MIB)
  disk.unmount(false)
  return reason
}
