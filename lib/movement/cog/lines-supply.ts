/** A supply of lines: where they are read is another's work. */
import { codeOf, toError } from '../../errors/index.js'
import { SourceError } from '../errors.js'
import type { Provenance } from '../life/dead-letter.js'
import type { Ticket } from '../life/ticket.js'
import type { Json } from './cog.js'
import { Supply, type LinesText } from './supply.js'

/** Where lines are read: files that are followed, a batch of them, a spool. `Range` names some that came together. */
export interface LineInput<Range> {
  /** Unbind: nothing more may come. */
  close(): Promise<void>
  /** Let go of whatever is open. */
  release(): void
  pause(): void
  resume(): void
  /** All of a range is over. */
  settle(range: Range): void
  /** A line of a range as it came; null if it is gone. */
  original(range: Range, k: number): Uint8Array | null
  provenance(range: Range, k: number): Provenance
  /** Who a line of a range is, over runs; null if it is gone. */
  identity(range: Range, k: number): string | null
  /** How far everything was read, and how an earlier run's reading goes on behind that. */
  mark(): Json
  continueFrom(mark: Json): void | Promise<void>
  /** What names a range in a later run, and what it is there; null, if it is gone, which was told. */
  rangeMark(range: Range): Json
  rangeAgain(mark: Json): Promise<Range | null>
  /** Its lines with these numbers; null, if they are gone, which was told. */
  linesAgain(mark: Json, ks: readonly number[]): Promise<LinesAgain<Range> | null>
}

/** Lines of an earlier run that are put once more. */
export interface LinesAgain<Range> {
  readonly range: Range
  readonly path: string
  /** Those up to the last that is wanted; null for each that isn't. */
  readonly lines: readonly (string | null)[]
  readonly bytes: number
}

/** Who hears of an input. */
export interface LineInputTarget<Range> {
  /** Some lines of a file. Answers how many. */
  lines(range: Range, path: string, lines: LinesText, bytes: number): number
  /** It can't be read any more. */
  failed(error: Error): void
}

/**
 * The base of supplies that read lines from files: one ticket for each range of them.
 *
 * @example
 * class Letters extends LinesSupply {
 *   input = { mark: () => 'here' }
 *   start() {}
 * }
 * assert.equal(new Letters(train, {}).mark(), 'here')
 */
export abstract class LinesSupply<Out, Options extends object, Range> extends Supply<Out, Options, Range> {
  protected abstract readonly input: LineInput<Range>
  /** The file whose lines are put now. */
  protected current = ''
  /** What the input tells. */
  protected readonly target: LineInputTarget<Range> = {
    lines: (range, path, lines, bytes) => {
      this.current = path
      const ticket = this.open(range, 0, bytes)
      this.begin(ticket)
      this.linesOf(lines)
      this.end(ticket)
      return ticket.count
    },
    failed: (error) => this.train.fail(sourceError(error)),
  }

  async finish(): Promise<void> {
    await this.input.close()
  }

  done(): void {
    this.input.release()
  }

  override pause(): void {
    super.pause()
    this.input.pause()
  }

  override resume(): void {
    super.resume()
    this.input.resume()
  }

  override acknowledge({ origin }: Ticket<Range>): void {
    this.input.settle(origin)
  }

  override original({ origin }: Ticket<Range>, k: number): Uint8Array | null {
    return this.input.original(origin, k)
  }

  override provenance({ origin }: Ticket<Range>, k: number): Provenance {
    return this.input.provenance(origin, k)
  }

  override identity({ origin }: Ticket<Range>, k: number): string | null {
    return this.input.identity(origin, k)
  }

  override mark(): Json {
    return this.input.mark()
  }

  /** @throws {SourceError} With code ERR_MARK, if the mark is none; the system's code, if a file can't be looked for. */
  override async continueFrom(mark: Json): Promise<void> {
    await this.attempt(() => this.input.continueFrom(mark))
  }

  override originMark(range: Range): Json {
    return this.input.rangeMark(range)
  }

  override originAgain(origin: Json): Promise<Range | null> {
    return this.input.rangeAgain(origin)
  }

  /** @throws {SourceError} With code ERR_MARK, if that is no origin; the system's code, if it can't be read now. */
  override async supplyAgain(origin: Json, ks: readonly number[]): Promise<void> {
    const again = await this.attempt(() => this.input.linesAgain(origin, ks))
    if (again === null) return
    this.current = again.path
    const ticket = this.open(again.range, 0, again.bytes)
    this.begin(ticket)
    for (const line of again.lines) {
      if (line === null) this.skip()
      else this.put(typeof this.dress === 'function' ? this.dress(line) : (line as Out))
    }
    this.end(ticket)
  }

  /** @throws {SourceError} What the work throws. */
  protected async attempt<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof SourceError ? error : sourceError(toError(error))
    }
  }
}

function sourceError(error: Error): SourceError {
  return new SourceError(codeOf(error) || 'EIO', error.message, { cause: error })
}
