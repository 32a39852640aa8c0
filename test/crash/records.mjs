// Sees from outside how often a daemon has stored its record: by the files of its state directory that were replaced or
// written. What is in them is the daemon's own affair.
import { join } from 'node:path'
import { entriesOf, statOf } from './outputs.mjs'

/** The changes of a directory's files. */
export class Records {
  #directory
  /** By name: what the file was when it was last looked at, and how often it has changed. */
  #files = new Map()

  constructor(directory) {
    this.#directory = directory
    this.look()
    for (const file of this.#files.values()) file.changes = 0
  }

  /** How often the file that changes most has changed. One that comes and goes is only a draft. */
  look() {
    const present = entriesOf(this.#directory).filter((entry) => entry.isFile())
    let most = 0
    for (const { name } of present) {
      const stat = statOf(join(this.#directory, name))
      if (stat === null) continue
      const sign = `${stat.ino} ${stat.mtimeMs} ${stat.size}`
      const file = this.#files.get(name) ?? { sign: '', changes: 0 }
      if (sign !== file.sign) file.changes += 1
      file.sign = sign
      this.#files.set(name, file)
      most = Math.max(most, file.changes)
    }
    return most
  }

  close() {
    // Nothing is open.
  }
}
