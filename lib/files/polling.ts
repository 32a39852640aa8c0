/** Looks at names from time to time, where nobody tells of every change: some at once, so that other work gets its turn. */
import type { FollowedName } from './followed-name.js'
import { Listings } from './listing.js'
import type { FileLoop, LoopBinding } from './loop.js'

/** How many names are looked at before other work gets its turn. */
const SLICE = 256

/** Who looks. Within one turn the directories are listed once. */
export interface PollingTarget {
  readonly options: { readonly pollMs: number }
  readonly loop: Pick<FileLoop, 'enqueue' | 'every' | 'cancel'>
  names(): FollowedName[]
  look(name: FollowedName, atEnd: boolean, listings: Listings): void
}

/** The polling of those names that have to be polled. */
export class Polling {
  private readonly to: PollingTarget
  private timer: LoopBinding | null = null

  constructor(to: PollingTarget) {
    this.to = to
  }

  /** Some name has to be polled. */
  start(): void {
    this.timer ??= this.to.loop.every(this.to.options.pollMs, () => this.slice(this.to.names()))
  }

  /** Poll no more. */
  close(): void {
    if (this.timer !== null) this.to.loop.cancel(this.timer)
  }

  private slice(names: FollowedName[]): void {
    const listings = new Listings()
    for (const name of names.splice(0, SLICE)) if (name.isPolled) this.to.look(name, false, listings)
    if (names.length > 0) this.to.loop.enqueue(() => this.slice(names))
  }
}
