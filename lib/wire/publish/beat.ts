/**
 * The beat of a publisher, by which a subscriber sees that it missed the last values of something.
 *
 * A gap in the numbers of a target shows with its next value. If the last one was lost, as the subscriber was slow or its connection
 * was down, no next one may ever come. So the publisher tells every second, while somebody hears it, which numbers its targets have
 * come to since it told last; beats have numbers too, so that whoever missed one knows that he knows nothing.
 */
import type { Payload } from '../frames/message.js'

/** What beats are published as. No item has such a name, as there is no store in it. */
export const BEAT = '_beat'

/** What has come since the last beat. */
export class BeatTable {
  private numbers = new Map<string, number>()

  /** A target has come to this number. */
  note(target: string, seq: number): void {
    this.numbers.set(target, seq)
  }

  /** The payload of the next beat. */
  take(): Payload {
    const value = Object.fromEntries(this.numbers)
    this.numbers = new Map()
    return { value }
  }
}

/** Where a target is: the run of the daemon, and the number of its last value. */
export interface Place {
  readonly boot: unknown
  readonly seq: number
}

/** Where the targets are of which something came. */
export class Places {
  private readonly places = new Map<string, Place>()
  private lostCount = 0

  /** How many values never came, of all targets. What a daemon published before it was heard, or heard again after a restart, isn't in it. */
  get lost(): number {
    return this.lostCount
  }

  /** How many values were missed before this one; at least one, if the daemon was restarted in between. */
  missedBefore(target: string, { _seq: seq, _boot: boot }: Payload): number {
    if (typeof seq !== 'number') return 0
    const last = this.places.get(target)
    this.places.set(target, { boot, seq })
    if (last === undefined) return 0
    if (last.boot !== boot) return Math.max(1, seq - 1)
    const missed = Math.max(0, seq - last.seq - 1)
    if (target !== BEAT) this.lostCount += missed
    return missed
  }

  /**
   * Those of some targets of which a beat shows that their last value was missed, with how many of them since the last that came; 0: it
   * is not known.
   */
  missedBy(beat: Payload, targets: Iterable<string>): ReadonlyMap<string, number> {
    const isLost = this.missedBefore(BEAT, beat) > 0
    const { value, _boot: boot } = beat
    const numbers = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
    const missed = new Map<string, number>()
    for (const target of targets) {
      const seq: unknown = numbers.get(target)
      const last = this.places.get(target)
      const before = last !== undefined && last.boot === boot ? last.seq : null
      if (typeof seq === 'number' && (before === null || before < seq)) {
        const count = before === null ? 0 : seq - before
        this.places.set(target, { boot, seq })
        this.lostCount += count
        missed.set(target, count)
      } else if (isLost) missed.set(target, 0)
    }
    return missed
  }

  /** Nobody hears it any more. */
  forget(target: string): void {
    this.places.delete(target)
  }
}
