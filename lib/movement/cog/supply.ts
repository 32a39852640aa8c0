/** Supply = source: where data come into a train. */
import type { Json, Lifecycle, TrainForCogs, Winder } from './cog.js'
import type { Inlet } from './inlet.js'
import type { Provenance } from '../life/dead-letter.js'
import { renderOptions } from './render.js'
import type { Ticket } from '../life/ticket.js'

/** What a supply may ask of its train. */
export interface TrainForSupplies extends TrainForCogs {
  /** Where this supply's data enter. Made when the train is wound up, before `start`. */
  readonly inlet: Inlet
  /**
   * Within a passage, in the place of `put`: one datum of the ticket can't be supplied. It fails, as it would in a cog:
   * it goes to the dead letters, or whatever the train's policy is.
   */
  refuse(error: Error, data: unknown): void
  /** There is nothing more to come, ever. When every supply has said so, the train finishes by itself. */
  ended(): void
  /** The supply can't go on: the train stops in order and reports this error. */
  fail(error: Error): void
  /**
   * Make a check-point soon, and tell once its record is stored; at once where there are none; false if none can be made
   * now. A supply removes input only once no record asks for it any more.
   */
  checkpoint(then: (isStored: boolean) => void): void
}

/** Some lines, joined by line feeds; valid during the call that gives them. */
export interface LinesText {
  text(): string
  /** The same in UTF-8, if they lie there as they are; else null. */
  raw(): Buffer | null
}

/**
 * The base of supplies. One chunk of data passes like this, all in one synchronous stretch:
 *
 *     const ticket = this.open({ start, end }, lines.length, bytes)
 *     this.begin(ticket)
 *     for (const line of lines) this.put(line)      // or this.skip(), or this.lines(text) for a whole text at once
 *     this.end(ticket)
 *
 * Afterwards ask `this.paused`: if the train is full, wait for `resume()`.
 */
export abstract class Supply<Out, Options extends object = object, Origin = unknown> implements Lifecycle {
  readonly options: Options
  /** Whether there is an end to what it supplies, as of a batch of files: then a complete run leaves no check-point. */
  readonly isBatch: boolean = false
  /** Whether the train has asked to wait. */
  paused = false
  /** Put one datum into the train, within begin and end. The compiled head of the line. */
  put: (data: Out) => void = () => {
    throw new Error(`put() before the train was started, by ${this.constructor.name}`)
  }
  /**
   * Put each line of a text (lines joined by '\n', none behind the last) into the train, within begin and end.
   * The fast way for text: the loop is part of the compiled line, and a parser directly behind takes it in one piece.
   */
  lines: (text: string) => void = this.put as unknown as (text: string) => void
  /**
   * The same for the bytes of such a text, in UTF-8 and valid during the call only, where the cog behind takes bytes:
   * then nobody makes strings of them. Null where it takes none; false if these have to be put as `lines`.
   */
  bytes: ((bytes: Buffer) => boolean) | null = null
  protected readonly train: TrainForSupplies

  constructor(train: Winder, options: Options) {
    this.train = train.forCog(this) as unknown as TrainForSupplies
    this.options = options
  }

  /** Bind to events and begin to read. */
  abstract start(): void | Promise<void>
  /** Unbind: nothing more may come. */
  abstract finish(): void | Promise<void>

  /** A line as the datum that enters the train; null if it enters as it is. `lines` asks for each line. */
  dress?: ((line: string) => Out) | null

  /** All of it is over and durable: move the check-point, acknowledge, answer. */
  acknowledge(_ticket: Ticket<Origin>): void {
    // A supply whose data can't be asked for again has nothing to tell anybody.
  }

  /** The input as it came, for dead letters: derived when asked, not kept. */
  original?(ticket: Ticket<Origin>, k: number): Uint8Array | null

  /** Where an input lies, for dead letters; the supply's name is added, unless it is here. */
  provenance?(ticket: Ticket<Origin>, k: number): Provenance

  /**
   * Who an input is, over runs: the same whenever it is supplied again, and no other's ever; null if that can't be told.
   * What drains make of it lets a stream tell repeats.
   */
  identity?(ticket: Ticket<Origin>, k: number): string | null

  /** For check-points, if it can supply data again: up to where everything was put, as of now. */
  mark?(): Json

  /** Before start: go on behind a mark that an earlier run left. */
  continueFrom?(mark: Json): void | Promise<void>

  /** An origin as JSON, so that `supplyAgain` finds its data in a later run. */
  originMark?(origin: Origin): Json

  /** Between continueFrom and start: an earlier run's origin, so that `original` finds its data; null if they are gone. */
  originAgain?(origin: Json): Origin | null | Promise<Origin | null>

  /**
   * Between continueFrom and start: supply the data with these numbers (ascending, from 0) of an earlier run's origin
   * once more. Data that are not there any more are told as an error to the log.
   */
  supplyAgain?(origin: Json, ks: readonly number[]): void | Promise<void>

  /** The train is full: stop reading. */
  pause(): void {
    this.paused = true
  }

  /** There is room again: go on reading. */
  resume(): void {
    this.paused = false
  }

  /** The supply with its options. */
  toString(): string {
    return `${this.constructor.name}(${renderOptions(this.options)})`
  }

  /** Open a ticket for a chunk of `count` data that hold some `bytes` of memory. */
  protected open(origin: Origin, count: number, bytes = 0): Ticket<Origin> {
    return this.train.inlet.open(this, origin, count, bytes)
  }

  /** Begin a ticket's passage. No await until its end. */
  protected begin(ticket: Ticket<Origin>): void {
    this.train.inlet.begin(ticket)
  }

  /** Put each of some lines, as bytes where the cog behind takes them and they are there so. */
  protected linesOf(chunk: LinesText): void {
    const raw = this.bytes === null || typeof this.dress === 'function' ? null : chunk.raw()
    if (raw === null || this.bytes?.(raw) !== true) this.lines(chunk.text())
  }

  /** One datum of the ticket gave nothing to put: count it all the same. */
  protected skip(): void {
    this.train.inlet.skip()
  }

  /** The id of the datum that is put next. */
  protected nextId(): string {
    return this.train.inlet.nextId()
  }

  /** End a ticket's passage. */
  protected end(ticket: Ticket<Origin>): void {
    this.train.inlet.end(ticket)
  }

  /** One message with an origin of its own: open, begin, put, end. */
  protected message(data: Out, origin: Origin, bytes = 0): Ticket<Origin> {
    const ticket = this.open(origin, 1, bytes)
    this.begin(ticket)
    this.put(data)
    this.end(ticket)
    return ticket
  }
}
