/** Names of files in spool directories: which are ready to be read, and how new ones are called. */

/** Whether a name is that of a file that somebody is still writing, by the usual customs. */
export function isTemporary(name: string): boolean {
  return name.startsWith('.') || name.startsWith('tmp') || /(?:\.tmp|\.part|~)$/.test(name)
}

/** Whether a name was made here, by any process, whatever it ends in. */
export function isSpoolName(name: string): boolean {
  return /^\d{15}-\d{5,}-\d{8}/.test(name)
}

/**
 * Makes names that are unique and sort in the order in which they were made, also across restarts.
 *
 * @example
 * const names = new SpoolNames({ wall: () => 1_700_000_000_000, pid: 42, suffix: '.log' })
 * assert.equal(names.next(), '001700000000000-00042-00000001.log')
 */
export class SpoolNames {
  private readonly options: { wall: () => number; pid: number; suffix: string }
  private count = 0
  private lastMs = 0

  constructor(options: { wall: () => number; pid: number; suffix: string }) {
    this.options = options
  }

  /** The next name. A wall clock that was put back doesn't bring it before the others of this process. */
  next(): string {
    const { wall, pid, suffix } = this.options
    this.lastMs = Math.max(this.lastMs, Math.floor(wall()))
    this.count += 1
    const [ms, process, count] = [String(this.lastMs).padStart(15, '0'), String(pid).padStart(5, '0'), this.count]
    return `${ms}-${process}-${String(count).padStart(8, '0')}${suffix}`
  }
}
