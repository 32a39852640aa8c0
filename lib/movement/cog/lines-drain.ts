/** A drain of lines: where they are written is another's work. */
import { codeOf } from '../../errors/index.js'
import { SourceError } from '../errors.js'
import type { Json } from './cog.js'
import { Drain } from './drain.js'

/** Where lines are written: a file, a stream, a spool. */
export interface LineOutput {
  /** Up to which position everything is written. */
  readonly flushed: number
  /** Take one line, with its end; or several, where it `takesMany`. */
  append(line: string): void
  readonly takesMany?: boolean
  /** Take the bytes of several lines, without the last line end; they are valid during the call only. */
  appendBytes?(bytes: Buffer): void
  position(): number
  full(): boolean
  seal(then: (mark: Json) => void): void
  /** Before it is opened: undo what an earlier run wrote behind its mark. */
  cutBack?(mark: Json): void | Promise<void>
  open(): void | Promise<void>
  /** Write everything. */
  close(): Promise<void>
  /** Let go, whatever is left. */
  release(): void
}

/** Who hears of an output. */
export interface LineOutputTarget {
  /** `flushed` has moved on, or there is room again. */
  flushed(): void
  /** It can't be written any more. */
  failed(error: Error): void
  /** It wants a check-point that names what it has now; tells once its record is stored, or false if none can be made now. */
  checkpoint(then: (isStored: boolean) => void): void
}

/**
 * The base of drains that write lines: strings without a line end, each of which gets one.
 *
 * @example
 * class Screen extends LinesDrain {
 *   text = ''
 *   output = { flushed: 0, append: (line) => (this.text += line) }
 * }
 * const screen = new Screen(train, {})
 * screen.take('one')
 * assert.equal(screen.text, 'one\n')
 */
export abstract class LinesDrain<Options extends object = object> extends Drain<string, Options> {
  protected abstract readonly output: LineOutput
  /** What the output tells. */
  protected readonly target: LineOutputTarget = {
    flushed: () => this.train.flushed(this),
    failed: (error) => this.train.fail(new SourceError(codeOf(error), error.message, { cause: error })),
    checkpoint: (then) => this.train.checkpoint(then),
  }

  get flushed(): number {
    return this.output.flushed
  }

  /** @throws {TypeError} If the datum is no string. */
  take(line: string): void {
    if (typeof line !== 'string') throw new TypeError(`a line must be a string: it is ${typeof line}`)
    this.output.append(line + '\n')
  }

  takeText(text: string): void {
    if (this.output.takesMany === true) this.output.append(text + '\n')
    else for (const line of text.split('\n')) this.take(line)
  }

  takeBytes(bytes: Buffer): void {
    if (this.output.appendBytes === undefined) this.takeText(bytes.toString())
    else this.output.appendBytes(bytes)
  }

  position(): number {
    return this.output.position()
  }

  override full(): boolean {
    return this.output.full()
  }

  override seal(then: (mark: Json) => void): void {
    this.output.seal(then)
  }

  cutBack(mark: Json): void | Promise<void> {
    return this.output.cutBack?.(mark)
  }

  start(): void | Promise<void> {
    return this.output.open()
  }

  finish(): Promise<void> {
    return this.output.close()
  }

  done(): void {
    this.output.release()
  }
}
