// Says when nothing more is to be expected of somebody: when nothing has come for too long, by a clock of his own.

/** The patience of one who waits. */
export class Patience {
  #max
  #progress = null
  #since = 0

  /** Nothing may come for `max` of the clock's units. */
  constructor(max) {
    this.#max = max
  }

  /** Whether it has come to an end: `progress` is what came so far, `now` what the clock says. */
  isOver(progress, now) {
    if (progress !== this.#progress) this.#since = now
    this.#progress = progress
    return now - this.#since > this.#max
  }
}
