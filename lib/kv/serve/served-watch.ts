/**
 * One watch of a client. What it is to be told waits in its queue until the client has read what is before it. When too
 * much waits, the engine is left, and asked again from there once the client has caught up: the history is the queue
 * then, and a client that is too slow for it finds it compacted, as in etcd.
 */
import type { Change, Watch } from '../engine/engine.js'
import type { Range } from '../engine/range.js'
import { Budget } from './budget.js'
import type { Leaving } from './events.js'
import type { Served } from './served.js'

/** What a watch was asked for as. */
export interface WatchAsked {
  readonly id: number
  readonly range: Range
  /** The first revision to tell of. */
  readonly from: number
  readonly prevKv: boolean
  readonly leaving: Leaving
  /** Whether to tell from time to time that nothing was missed. */
  readonly progressNotify: boolean
}

/** What comes next for a client. */
export type Due =
  | { readonly what: 'changes'; readonly changes: readonly Change[]; readonly first: number; readonly last: number }
  | { readonly what: 'progress'; readonly revision: number }
  | { readonly what: 'gap'; readonly compactRevision: number }
  | { readonly what: 'failed'; readonly error: Error }

type Waiting = Exclude<Due, { what: 'changes' }> | Told

interface Told {
  readonly what: 'told'
  readonly changes: readonly Change[]
  readonly revision: number
  readonly bytes: number
}

/** How much one answer may have, unless a single revision has more. */
const ANSWER_BYTES_MAX = 262_144
/** What an event costs besides its key and value. */
const EVENT_BYTES = 64

/** A watch under way. */
export class ServedWatch {
  readonly asked: WatchAsked
  /** Whether it was told anything since this was last set back. */
  hasTold = false
  private readonly served: Served
  private readonly budget: Budget
  private readonly wake: () => void
  private queue: Waiting[] = []
  private next: number
  private watch: Watch | null = null
  private isOver = false
  private wantsProgress = false

  /** `wake` is called when something is due. */
  constructor(served: Served, asked: WatchAsked, budget: Budget, wake: () => void) {
    this.served = served
    this.asked = asked
    this.budget = budget
    this.wake = wake
    this.next = asked.from
    this.open()
  }

  /** Ask for a `progress` behind all that happened until now. */
  askProgress(): void {
    this.wantsProgress = true
    this.watch?.askProgress()
  }

  /** What comes next; null: nothing yet. */
  take(): Due | null {
    const [head] = this.queue
    if (head === undefined) {
      // The client has all that was read for it: go on where it was left.
      if (this.watch === null && !this.isOver) this.open()
      return null
    }
    this.hasTold = true
    if (head.what !== 'told') {
      this.queue.shift()
      return head
    }
    return this.takeChanges(head.revision)
  }

  /** Nothing more is wanted. */
  close(): void {
    this.isOver = true
    this.leave()
    for (const waiting of this.queue.splice(0)) if (waiting.what === 'told') this.budget.give(waiting.bytes)
  }

  private open(): void {
    this.watch = this.served.engine.watch(this.asked.range, this.next, {
      changed: (changes, revision) => {
        this.changed(changes, revision)
      },
      progress: (revision) => {
        this.wantsProgress = false
        this.add({ what: 'progress', revision })
      },
      gap: (compactRevision) => {
        this.end({ what: 'gap', compactRevision })
      },
      failed: (error) => {
        this.end({ what: 'failed', error })
      },
    })
    if (this.wantsProgress) this.watch.askProgress()
  }

  private changed(changes: readonly Change[], revision: number): void {
    this.next = revision + 1
    const bytes = changes.reduce((sum, { kv }) => sum + kv.key.length + kv.value.length + EVENT_BYTES, 0)
    this.budget.take(bytes)
    if (this.budget.isSpent) this.leave()
    this.add({ what: 'told', changes, revision, bytes })
  }

  private end(how: Waiting): void {
    this.isOver = true
    this.add(how)
  }

  private add(waiting: Waiting): void {
    this.queue.push(waiting)
    this.wake()
  }

  private leave(): void {
    this.watch?.close()
    this.watch = null
  }

  private takeChanges(first: number): Due {
    const changes: Change[] = []
    let bytes = 0
    let count = 0
    let last = first
    for (const waiting of this.queue) {
      if (waiting.what !== 'told' || (count > 0 && bytes + waiting.bytes > ANSWER_BYTES_MAX)) break
      for (const change of waiting.changes) changes.push(change)
      bytes += waiting.bytes
      last = waiting.revision
      count += 1
    }
    this.queue.splice(0, count)
    this.budget.give(bytes)
    return { what: 'changes', changes, first, last }
  }
}
