/** A line: stages that stand straight behind each other, and what it leads into. Its types are checked by the compiler. */
import type { Turn } from '../cog/cog.js'
import { TrainError } from '../errors.js'
import { placeOf, type Place } from './place.js'

/** A cog: an object with `turn`, or a plain function. */
export type Stage<In, Out> = { readonly turn: (data: In) => Turn<Out> } | ((data: In) => Turn<Out>)

/** What a line may begin with: a supply, or any stage if another line leads into it. */
export type First<In, Out> = { readonly put: (data: Out) => void; readonly start: () => unknown } | Stage<In, Out>

/** What a line may end with: a drain, or any stage. */
export type Last<In, Out> = { readonly take: (data: In) => void; readonly position: () => number } | Stage<In, Out>

/** One way on from a line's end. */
export interface Way {
  readonly line: Line
  /** Whether that line only reads its data, so that it needs no copy of its own. */
  readonly shared: boolean
}

/** A part of a train, made by `train.line`. */
export class Line<In = never, Out = unknown> {
  /** Never set: states the types. */
  declare readonly types?: (data: In) => Out
  readonly places: Place[]
  readonly branches: Way[] = []

  constructor(stages: readonly unknown[]) {
    if (stages.length === 0) throw new TrainError('a line must have at least one stage: it has none')
    this.places = stages.map(placeOf)
  }

  get startsWithSupply(): boolean {
    return this.places[0]?.kind === 'supply'
  }

  /** Whether something may still stand behind it. */
  get isOpen(): boolean {
    return this.places.at(-1)?.kind !== 'drain' && this.branches.length === 0
  }

  /**
   * Lead this line's data into other lines. With several, each but the last gets its own shallow copy, unless it says
   * `shared: true`: then it only reads. Lines come together where several lead into the same one.
   *
   * @throws {TrainError} If this line already ends, or one of the others begins with a supply.
   */
  to(...ways: (Line<Out> | { line: Line<Out>; shared: boolean })[]): this {
    if (!this.isOpen) throw new TrainError(`the line that begins with ${this.describe()} has its end already`)
    for (const way of ways) {
      const { line, shared } = way instanceof Line ? { line: way, shared: false } : way
      if (line.startsWithSupply) throw new TrainError(`nothing can lead into ${line.describe()}: it is a supply`)
      this.branches.push({ line, shared })
    }
    return this
  }

  /** Its first stage's name, for messages. */
  describe(): string {
    return this.places[0]?.name ?? 'nothing'
  }
}
