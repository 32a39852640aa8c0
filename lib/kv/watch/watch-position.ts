/** Up to where the events of a watch are over with. A revision may have several, of which only some are. */

/**
 * Where one level has come to: everything up to a revision is over with; or everything before it, and of its own events
 * the first `done`.
 */
export type LevelPosition = number | { readonly revision: number; readonly done: number }

/**
 * Up to where the events of a watch are over with, for each of its levels. Who asks for the next event says that he is
 * done with those before it.
 */
export type WatchPosition = readonly LevelPosition[]

/**
 * Up to which revision everything is over with, level by level.
 *
 * @example
 * assert.deepEqual(revisionsOver([4, { revision: 6, done: 1 }]), [4, 5])
 */
export function revisionsOver(position: WatchPosition): number[] {
  return position.map((at) => (typeof at === 'number' ? at : at.revision - 1))
}

/** The events of one level: told, and over with, both in their order. */
export class LevelProgress {
  private over: LevelPosition
  /** How many were told that are not over with. */
  private open = 0
  /** What an earlier watch was done with is not told again. */
  private readonly begun: number
  private toSkip: number

  constructor(start: LevelPosition) {
    this.over = start
    this.begun = typeof start === 'number' ? 0 : start.revision
    this.toSkip = typeof start === 'number' ? 0 : start.done
  }

  /** Whether an event is to be told; then it counts. */
  isTold(revision: number, afterGap: boolean): boolean {
    if (this.toSkip > 0 && revision === this.begun && !afterGap) {
      this.toSkip -= 1
      return false
    }
    this.open += 1
    return true
  }

  /** The oldest event that was told is over with; `isLast`: none of its revision comes behind it. */
  finish(revision: number, isLast: boolean): void {
    const { over } = this
    const done = typeof over === 'number' || over.revision !== revision ? 0 : over.done
    this.over = isLast ? revision : { revision, done: done + 1 }
    this.open -= 1
  }

  /** Where it is, if everything before `next` was told. */
  at(next: number): LevelPosition {
    if (this.open > 0) return this.over
    return Math.max(...revisionsOver([this.over]), next - 1)
  }
}
