/** What a server has refused for good, and is dropped: counted, and told together. */
import type { NetLog } from '../net/loop.js'

/** The refusals of one server. */
export class Refusals {
  /** How many there were. */
  count = 0
  private readonly log: NetLog
  private readonly name: string
  private untold: Error[] = []

  constructor(log: NetLog, name: string) {
    this.log = log
    this.name = name
  }

  /** A message was dropped for this. */
  add(error: Error): void {
    this.count += 1
    this.untold.push(error)
  }

  /** Tell what there was since the last time. */
  tell(): void {
    const [first, ...others] = this.untold.splice(0)
    if (first === undefined) return
    const what = others.length === 0 ? 'a message' : `${1 + others.length} messages`
    this.log.error({ refused: this.count }, `${this.name} refused ${what}: ${first.message}; dropped`)
  }
}
