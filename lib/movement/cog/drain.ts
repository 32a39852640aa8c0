/** Drain = sink: where a line ends. */
import type { Json, Lifecycle, Winder } from './cog.js'
import type { EventLoop } from '../loop/event-loop.js'
import type { Logger } from '../logger.js'
import { renderOptions } from './render.js'

/** What a drain may ask of its train. */
export interface TrainForDrains {
  readonly esc: EventLoop
  readonly log: Logger
  /** The id of the event whose datum is being taken. Inside take() only. */
  id(): string
  /**
   * Who the datum is that is being taken, over runs: the same when its input is supplied again, and no other's. Of an event
   * that gave several, each is known by its content. Null if nobody can tell, as of what was made of many. Inside take()
   * only.
   */
  identity(content: string | Uint8Array): string | null
  /** Tell that `flushed` has moved on, or that there is room again. */
  flushed(drain: Sink<never>): void
  /** The drain can't go on: the train stops in order and reports this error. */
  fail(error: Error): void
  /**
   * Make a check-point soon, and tell once its record is stored; at once where there are none; false if none can be made
   * now. A drain changes to another file only once the record names it, so that a later run never has to guess which
   * file is its own.
   */
  checkpoint(then: (isStored: boolean) => void): void
}

/** What the engine needs of a drain. */
export interface Sink<In> extends Lifecycle {
  /** Take one datum. Synchronous; a throw fails that datum alone. */
  take(data: In): void
  /** Take several lines at once, with no line end behind the last. For drains of lines; it never throws. */
  takeText?(text: string): void
  /** The same for their bytes, in UTF-8 and valid during the call only. */
  takeBytes?(bytes: Buffer): void
  /** How much was taken ever, in any unit that only grows: data, or characters. */
  position(): number
  /** Up to which position everything is written (and synced, where that is promised). */
  readonly flushed: number
  /** Whether supplies should wait. */
  full(): boolean
  /**
   * For check-points: tell a mark of the output as it is at this instant, once it is written up to there (and synced,
   * where the drain says so). What is taken later doesn't count.
   */
  seal(then: (mark: Json) => void): void
  /** Before start: undo what an earlier run wrote behind its mark. */
  cutBack?(mark: Json): void | Promise<void>
}

/**
 * The base of drains that are classes.
 *
 * @example
 * class Collect extends Drain<string> {
 *   readonly lines: string[] = []
 *   take(line: string) { this.lines.push(line) }
 *   position() { return this.lines.length }
 *   get flushed() { return this.lines.length }
 * }
 * const collect = new Collect(train, {})
 * collect.take('a')
 * assert.deepEqual(collect.lines, ['a'])
 */
export abstract class Drain<In, Options extends object = object> implements Sink<In> {
  readonly options: Options
  abstract readonly flushed: number
  protected readonly train: TrainForDrains

  constructor(train: Winder, options: Options) {
    this.train = train.forCog(this) as unknown as TrainForDrains
    this.options = options
  }

  abstract take(data: In): void
  abstract position(): number

  full(): boolean {
    return false
  }

  seal(then: (mark: Json) => void): void {
    then(this.position())
  }

  /** The drain with its options. */
  toString(): string {
    return `${this.constructor.name}(${renderOptions(this.options)})`
  }
}
