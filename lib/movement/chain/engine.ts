/** A train's ways in: what both engines build. */

import type { Sink } from '../cog/drain.js'
import type { AsyncPlace } from '../life/asynchronous.js'
import type { Place } from './place.js'

/** Where a supply's data enter. */
export interface WayIn {
  /** One datum. */
  readonly put: (data: unknown) => void
  /** Each line of a text. */
  readonly lines: (text: string) => void
  /** The same as bytes; false if it must come as text. Null where nobody takes bytes. */
  readonly bytes: ((bytes: Buffer) => boolean) | null
}

/** One train's ways in. No function of it throws. */
export interface Engine {
  /** Into the line behind a place, by its number; only behind places that may hold. */
  readonly behind: ((data: unknown) => void)[]
  /** Into the cog at a place, by its number; only places that may hold. */
  readonly into: ((data: unknown) => void)[]
  /** For each supply, in the order of the plan. */
  readonly supplies: readonly WayIn[]
  /** The drain that stands directly behind a place, by its number: it may take a text. Not where somebody looks on. */
  readonly drainsBehind?: readonly (Sink<never> | undefined)[]
  /** Into the line of dead letters. */
  readonly dead: ((letter: unknown) => void) | null
  /** What is under way at asynchronous places, by their numbers: another engine of the same train goes on with it. */
  readonly asyncs: ReadonlyMap<number, AsyncPlace>
}

/** How a train is watched while it runs: what it does at each place is wrapped. */
export interface Watching {
  /** What is under way already. */
  readonly asyncs: Engine['asyncs']
  /** The step of one datum into a place and on. */
  around(place: Place, step: (data: unknown) => void): (data: unknown) => void
  /** What a cog makes of a whole text at once. */
  batch<T extends readonly unknown[] | null>(place: Place, parse: () => T): T
}

/** A cog's batch forms. It stands directly behind a supply: a text of lines, without an end of line behind the last, at once; null if it has to go line by line. */
export interface BatchForm {
  readonly batch?: ((text: string) => readonly unknown[] | null) | null
  /** The same of its bytes, in UTF-8; null if it has to be given the text. They are valid during the call only. */
  readonly batchBytes?: ((bytes: Buffer) => readonly unknown[] | null) | null
  /** Takes such a text into its keeping as a whole, with `holdText`. Answers how many lines it has; 0: line by line. */
  readonly takeText?: ((text: string) => number) | null
  /** The same for its bytes, in UTF-8; they are valid during the call only. */
  readonly takeBytes?: ((bytes: Buffer) => number) | null
}
