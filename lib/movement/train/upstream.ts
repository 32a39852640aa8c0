/**
 * A train that leads into another one, which starts it, stops it, and takes its dead letters. What goes on in it is over
 * when its drains say so: it has tickets, limits and accounts of its own, and keeps no check-points.
 */
import { toError } from '../../errors/index.js'
import { Drain } from '../cog/drain.js'
import type { DeadLetter } from '../life/dead-letter.js'
import { handDown } from './heir.js'
import { Train } from './train.js'

/** Takes a dead letter; tells once it is written. */
export type TakeLetter = (letter: DeadLetter, over: () => void) => void

/** The train before another one. */
export class Upstream {
  readonly train: Train
  isOver = false

  /** It has the settings, the log and the escapement of the train that it leads into. */
  constructor(into: Train, take: TakeLetter) {
    const { esc, settings, name, log } = into
    const idPrefix = `u${Math.floor(esc.wall()).toString(36)}${process.pid.toString(36)}-`
    this.train = new Train(esc, { ...settings, name: `${name}-upstream`, log, idPrefix })
    this.train.deadLettersTo(new Letters(this.train, { take, max: settings.inFlightMax }))
  }

  /** On a reload: who stands here takes over what those of the other one have open. */
  inherit(predecessor: Upstream): void {
    handDown(predecessor.train.wind().places, this.train.wind().places, this.train.log)
  }

  /** Start it. Resolves once everybody in it has started, or it has ended; `ended` is told its end, or why it failed. */
  start(ended: (error: Error | null) => void): Promise<void> {
    return new Promise((resolve) => {
      const over = (error: Error | null): void => {
        this.isOver = true
        ended(error)
        resolve()
      }
      this.train.run({ signals: false, onStarted: resolve }).then(
        () => over(null),
        (error: unknown) => over(toError(error)),
      )
    })
  }
}

interface LettersOptions {
  readonly take: TakeLetter
  /** How many may be on their way before what leads here waits. */
  readonly max: number
}

/** Where its dead letters end. They are written in any order, and are over in theirs. */
class Letters extends Drain<DeadLetter, LettersOptions> {
  flushed = 0
  private taken = 0
  private readonly pending: { isOver: boolean }[] = []

  take(letter: DeadLetter): void {
    const one = { isOver: false }
    this.taken += 1
    this.pending.push(one)
    this.options.take(letter, () => {
      one.isOver = true
      this.hasWritten()
    })
  }

  position(): number {
    return this.taken
  }

  override full(): boolean {
    return this.pending.length >= this.options.max
  }

  private hasWritten(): void {
    while (this.pending[0]?.isOver === true) {
      this.pending.shift()
      this.flushed += 1
    }
    this.train.flushed(this)
  }
}
