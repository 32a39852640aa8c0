/** A train whose cogs are watched. */
import type { TrainForCogs } from '../../movement/cog/cog.js'
import type { EventLoop } from '../../movement/loop/event-loop.js'
import { Train } from '../../movement/train/train.js'
import type { TrainOptions } from '../../movement/train/train-options.js'
import { CogSpy } from './cog-spy.js'
import type { Faults } from './faults.js'

/** A train: whoever is made within `watching` gets a spy in its place. */
export class CheckTrain extends Train {
  /** By cog. */
  readonly spies = new Map<object, CogSpy>()
  /** Called whenever a cog has given something back. */
  onBack: () => void = () => undefined
  readonly #faults: Faults
  #isWatching = false

  constructor(esc: EventLoop, options: TrainOptions, faults: Faults) {
    super(esc, options)
    this.#faults = faults
  }

  /** Let cogs be made that are watched. */
  watching<T>(make: () => T): T {
    this.#isWatching = true
    try {
      return make()
    } finally {
      this.#isWatching = false
    }
  }

  override forCog(occupant: object): TrainForCogs {
    const seat = super.forCog(occupant)
    if (!this.#isWatching) return seat
    const spy = new CogSpy(seat, this.#faults, () => this.onBack())
    this.spies.set(occupant, spy)
    return spy
  }
}
