/** What a cog is: a callable, one datum in, an iterable out. */
import type { EventLoop } from '../loop/event-loop.js'
import type { Logger } from '../logger.js'
import type { TextHold, TextOutcome } from '../life/text-hold.js'
import type { Hold } from '../life/ticket.js'
import { renderOptions } from './render.js'

/**
 * What processing one datum gives: an iterable of data, or null or undefined to swallow it.
 * Only asynchronous cogs answer with a promise. A string is no answer, although it can be iterated: it is a TypeError.
 */
export type Turn<Out> = Iterable<Out> | null | undefined | PromiseLike<Iterable<Out> | null | undefined>

/** Anything that can be written as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Many events that become one: the old origins hang on the new event. */
export interface Bundle {
  /** How many events are in it. */
  readonly size: number
  /** Add the event whose turn it is. Inside turn() only; then return null. */
  add(): void
  /** Add it to this one, too, when it is in another bundle of this cog already: it is over when both results are. */
  share(): void
  /** What is in another bundle of this cog moves into this one. */
  join(other: Bundle): void
  /**
   * Let the one new event go on behind this cog; null swallows them all. Later, also in finish().
   *
   * @throws {TrainError} If there is a datum, but no event in it.
   */
  give(data: unknown): void
  /**
   * This cog failed on what it had gathered: the one event that they became fails with `data`.
   *
   * @throws {TrainError} If no event is in it.
   */
  reject(error: unknown, data: unknown): void
  /**
   * In finish(), where the train `isContinued`: leave what is in it to the next run, which knows of it by snapshot() alone.
   * Its events are over for their supplies once the last check-point is stored.
   *
   * @throws {TrainError} If the train isn't continued: then nobody would ever give it.
   */
  keep(): void
}

/** What a cog may ask of its train. */
export interface TrainForCogs {
  /** The event loop. Once the cog has finished and nothing of it is held, it binds nothing any more. */
  readonly esc: EventLoop
  /** A logger that names the cog. */
  readonly log: Logger
  /**
   * Whether the next run goes on where this one ends: there are check-points, and somebody stopped the train before its
   * supplies had ended. Asked in finish(), by a cog that may leave what it has gathered to that run.
   */
  readonly isContinued: boolean
  /** The id of the event whose turn it is. Inside turn() only. */
  id(): string
  /** Keep the event open; return null from this turn. Inside turn() only. */
  hold<In>(data: In): Hold<In>
  /** The same where something is returned now as well. */
  share<In>(data: In): Hold<In>
  /** Later: let these data go on behind this cog; null swallows the event. */
  resume(hold: Hold, data: Iterable<unknown> | null): void
  /** Later: this cog failed on it. */
  reject(hold: Hold, error: unknown): void
  /**
   * Keep all lines of a text open, as a whole. Inside takeText() only, which answers how many they are. `text` gives it
   * again, until what came of it has gone on.
   */
  holdText(lines: number, text: () => string): TextHold
  /** Later: let what came of each of these lines go on behind this cog. */
  resumeText(hold: TextHold, outcome: TextOutcome): void
  /** Several held events become one: their origins hang on it, and `eventRename` is told. */
  merge(holds: readonly Hold[], data: unknown): void
  /**
   * The same for an aggregate over many. In `restore()`, `restored` says how many events of an earlier run, known from
   * the snapshot alone, are in it already.
   */
  bundle(restored?: number): Bundle
  /** Call a method by name on every cog that has it. */
  notify(name: string, ...args: unknown[]): void
  /** This cog can't go on: the train stops in order and reports this error. */
  fail(error: Error): void
}

/** What the train calls on whatever stands in it. Starting goes from the drains to the supplies, stopping the other way. */
export interface Lifecycle {
  /** Open and bind what is needed. A constructor opens nothing, so that a train can be looked at without running it. */
  start?(): void | Promise<void>
  /** Flush, let everything held travel on, unbind. */
  finish?(): void | Promise<void>
  /** Let go of the rest: the train is about to end. */
  done?(): void
  /** Open files anew under their names, after a rotation. */
  reopen?(): void
  /** How far it has got, for the operator: an object of plain values, or a list of such. */
  progress?(): unknown
  /** Live settings of its options were changed: their names. Never within a passage. */
  adjusted?(changed: readonly string[]): void
  /**
   * On a reload, before start(): take over from the one that stood here what must not be closed, as sockets that listen
   * and their connections. What was taken over it lets alone in its own finish() and done().
   */
  inherit?(predecessor: this): void
  /** The event is over: everything that it became was drained, swallowed on purpose or diverted. */
  eventDone?(id: string): void
  /** The event lives on under another id. */
  eventRename?(oldId: string, newId: string): void
}

/** A train, as far as a cog's constructor needs to know it. */
export interface Winder {
  forCog(occupant: object): TrainForCogs
}

/** What a cog may have besides. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- merged with the class, which must have the same parameters; what is optional has no body
export interface Cog<In, Out = In, Options extends object = object> extends Lifecycle {
  /**
   * What must outlive a crash, where the cog's memory spans check-points; asked between passages. Bundled events belong
   * to it: they are not supplied again. Held data are: by turn(), behind restore().
   */
  snapshot?(): Json
  /** Take a snapshot back, before start() and the first turn. */
  restore?(json: Json): void
}

/**
 * Cog = stage: processes one datum after the other.
 *
 * @example
 * class Double extends Cog<number> {
 *   turn(data: number) { return [data, data] }
 * }
 * assert.deepEqual(new Double(train, {}).turn(3), [3, 3])
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export abstract class Cog<In, Out = In, Options extends object = object> implements Lifecycle {
  readonly options: Options
  /** For an asynchronous cog: whether results leave in the order in which data came. */
  readonly ordered?: boolean
  /** For an asynchronous cog: how many turns may be under way. */
  readonly concurrencyMax?: number
  protected readonly train: TrainForCogs

  constructor(train: Winder, options: Options) {
    this.train = train.forCog(this)
    this.options = options
  }

  /** Process one datum. */
  abstract turn(data: In): Turn<Out>

  /** The cog with its options: `Dedupe(windowMs=60000, keyGetter=item 'ip')`. */
  toString(): string {
    return `${this.constructor.name}(${renderOptions(this.options)})`
  }
}

/** A cog that gives exactly one datum for each: write `one` instead of `turn`, and the engine makes no list. */
export abstract class Mapper<In, Out = In, Options extends object = object> extends Cog<In, Out, Options> {
  abstract one(data: In): Out

  turn(data: In): Turn<Out> {
    return [this.one(data)]
  }
}

/** A cog that keeps or swallows: write `test` instead of `turn`. */
export abstract class Keeper<In, Options extends object = object> extends Cog<In, In, Options> {
  abstract test(data: In): boolean

  turn(data: In): Turn<In> {
    return this.test(data) ? [data] : null
  }
}

/**
 * A cog that reads a piece of the datum, computes, and sets the result: write `compute` instead of `turn`.
 * The engine reads and writes the datum in its own text, so that many of them stay as fast as one.
 */
export abstract class Modifier<
  In,
  Piece,
  Result,
  Out = In,
  Options extends { getter: (data: In) => Piece; setter: (data: In, piece: Result) => Out } = {
    getter: (data: In) => Piece
    setter: (data: In, piece: Result) => Out
  },
> extends Cog<In, Out, Options> {
  abstract compute(piece: Piece): Result

  turn(data: In): Turn<Out> {
    const { getter, setter } = this.options
    return [setter(data, this.compute(getter(data)))]
  }
}
