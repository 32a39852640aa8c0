/** Which servers can be asked how far a stream of watches is. */

/** The first release of each line that answers, and never before all that happened was told. */
const FIXED: readonly (readonly number[])[] = [
  [3, 4, 31],
  [3, 5, 13],
]

/**
 * Whether a server's answer to a question for progress can be trusted. Before, it may overtake events, or never come
 * (etcd's issues 15220 and 17507).
 *
 * @example
 * assert.deepEqual(['3.4.23', '3.4.31', '3.5.12', '3.5.13', '3.6.0'].map(tellsProgress), [false, true, false, true, true])
 */
export function tellsProgress(version: string): boolean {
  const numbers = version.split(/[.+-]/, 3).map(Number)
  if (numbers.length < 3 || numbers.some((number) => !Number.isInteger(number))) return false
  const [major = 0, minor = 0, patch = 0] = numbers
  const line = FIXED.find(([x, y]) => x === major && y === minor)
  if (line !== undefined) return patch >= (line[2] ?? 0)
  return major > 3 || (major === 3 && minor >= 6)
}

/** Questions for progress: one to the server for all that ask at the same time. */
export class ProgressAsker<Watch> {
  /** Whether the server of the stream answers, and never too early; null: not known yet. */
  isTrusted: boolean | null = null
  private readonly send: () => void
  private asking = new Set<Watch>()
  private asked = new Set<Watch>()

  /** `send` asks the server. */
  constructor(send: () => void) {
    this.send = send
  }

  /** A watch wants to know. */
  add(watch: Watch): void {
    if (this.isTrusted !== false) this.asking.add(watch)
  }

  /** It doesn't any more. */
  drop(watch: Watch): void {
    this.asking.delete(watch)
    this.asked.delete(watch)
  }

  /** Ask, if somebody wants to know and nobody is waiting for an answer that will do. */
  flush(): void {
    if (this.isTrusted === false) this.asking.clear()
    if (this.isTrusted !== true || this.asking.size === 0 || this.asked.size > 0) return
    this.asked = this.asking
    this.asking = new Set()
    this.send()
  }

  /** The server answered: who wanted to know. */
  answered(): ReadonlySet<Watch> {
    const { asked } = this
    this.asked = new Set()
    return asked
  }

  /** The stream is gone: whoever waits asks again on the next. */
  detached(): void {
    this.isTrusted = null
    for (const watch of this.asked) this.asking.add(watch)
    this.asked.clear()
  }
}
