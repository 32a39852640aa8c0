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

  /** How many values were missed before this one; at least one, if the daemon was restarted in between. */
  missedBefore(target: string, { _seq: seq, _boot: boot }: Payload): number {
    if (typeof seq !== 'number') return 0
    const last = this.places.get(target)
    this.places.set(target, { boot, seq })
    if (last === undefined) return 0
    return last.boot === boot ? Math.max(0, seq - last.seq - 1) : Math.max(1, seq - 1)
  }

  /** Those of some targets of which a beat shows that their last value was missed. */
  missedBy(beat: Payload, targets: Iterable<string>): string[] {
    const isLost = this.missedBefore(BEAT, beat) > 0
    const { value, _boot: boot } = beat
    const numbers = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
    return [...targets].filter((target) => {
      const seq: unknown = numbers.get(target)
      const last = this.places.get(target)
      if (typeof seq !== 'number' || (last !== undefined && last.boot === boot && last.seq >= seq)) return isLost
      this.places.set(target, { boot, seq })
      return true
    })
  }

  /** Nobody hears it any more. */
  forget(target: string): void {
    this.places.delete(target)
  }
}
