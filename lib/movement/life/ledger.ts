/**
 * The accounts of a train. The straight line counts nothing that can be derived: only what leaves it is counted, at
 * the exit where it leaves, and one total for each supply. What each cog got and gave follows from these.
 */

/** One cog's account. At any moment in + split = out + swallowed + merged + held + diverted. */
export interface Account {
  readonly cog: string
  /** Data that came in. */
  readonly in: number
  /** Data beyond the first that came of one: copies, fan-out, and what is both held and passed on. */
  readonly split: number
  /** Data that went on. */
  readonly out: number
  /** Data that gave nothing, on purpose. */
  readonly swallowed: number
  /** Data that live on in another. */
  readonly merged: number
  /** Data that the cog holds now. */
  readonly held: number
  /** Data that failed: diverted, dropped or stopping the train. */
  readonly diverted: number
}

/** What is counted at each place, by its number. */
export class Ledger {
  /** Data for which a cog gave nothing now: swallowed, or held. */
  readonly exits: Float64Array
  /** Results beyond the first. */
  readonly extra: Float64Array
  /** Data that failed. */
  readonly failed: Float64Array
  /** Held data that failed. */
  readonly failedHeld: Float64Array
  /** Data that began to be held. */
  readonly holds: Float64Array
  /** Held data that were given back. */
  readonly back: Float64Array
  /** Held data that gave nothing. */
  readonly none: Float64Array
  /** Data that held ones gave. */
  readonly resumed: Float64Array
  /** Held data that were merged into another. */
  readonly merged: Float64Array
  /** Data that merged ones gave. */
  readonly mergers: Float64Array
  /** Data held besides what was given at once. */
  readonly shared: Float64Array
  /** Data that a supply put, at its place; letters that entered the line of dead letters, at its first place. */
  readonly put: Float64Array
  /** Data of an earlier run that were put back into a cog, besides those that arrived. */
  readonly entered: Float64Array

  constructor(places: number) {
    const column = (): Float64Array => new Float64Array(places)
    this.exits = column()
    this.extra = column()
    this.failed = column()
    this.failedHeld = column()
    this.holds = column()
    this.back = column()
    this.none = column()
    this.resumed = column()
    this.merged = column()
    this.mergers = column()
    this.shared = column()
    this.put = column()
    this.entered = column()
  }

  /** How many data a place holds now. */
  heldAt(place: number): number {
    return at(this.holds, place) - at(this.back, place)
  }

  /** One cog's account, from what the place before it gave. */
  account(place: number, cog: string, before: number): Account {
    const arrived = before + at(this.entered, place)
    const exits = at(this.exits, place)
    const failed = at(this.failed, place)
    const shared = at(this.shared, place)
    const resumed = at(this.resumed, place)
    const none = at(this.none, place)
    const extra = at(this.extra, place)
    const merged = at(this.merged, place)
    const mergers = at(this.mergers, place)
    const back = at(this.back, place)
    const failedHeld = at(this.failedHeld, place)
    return {
      cog,
      in: arrived,
      // Held data that came back gave `resumed` results, one of which each is no split.
      split: extra + shared + mergers + resumed - (back - merged - none - failedHeld),
      out: arrived - exits - (failed - failedHeld) + extra + resumed + mergers,
      swallowed: exits - at(this.holds, place) + shared + none,
      merged,
      held: this.heldAt(place),
      diverted: failed,
    }
  }
}

/** Count something at a place. */
export function count(column: Float64Array, place: number, n = 1): void {
  column[place] = at(column, place) + n
}

function at(column: Float64Array, place: number): number {
  return column[place] ?? 0
}
