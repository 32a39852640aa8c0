import type { Writable } from 'node:stream'
import { AppendStream } from '../lib/files/append-stream.js'
import {
  Drain,
  SourceError,
  codeOf,
  insert,
  requireAtLeast,
  type Settings,
  type Winder,
} from '../lib/movement/index.js'

/** Configuration insert: what an operator may set. */
export const stdoutDrainBaseConfig = insert({
  bufferMax: { doc: 'With how many characters not written the train waits.', format: 'nat', default: 1_048_576 },
})

/** The operator's settings, and another stream than stdout. */
export interface StdoutDrainOptions extends Partial<Settings<typeof stdoutDrainBaseConfig>> {
  stream?: Writable
}

/**
 * Write lines to the standard output.
 *
 * In: strings, without a line end. A reader that is slow makes the train wait; one that has gone stops it, with a
 * SourceError of code EPIPE.
 *
 * @throws {RangeError} If `bufferMax` is below 1.
 * @example
 * const drain = new StdoutDrain(train)
 * assert.equal(drain.position(), 0)
 */
export class StdoutDrain extends Drain<string, Required<StdoutDrainOptions>> {
  private readonly output: AppendStream

  constructor(train: Winder, options: StdoutDrainOptions = {}) {
    super(train, { bufferMax: stdoutDrainBaseConfig.bufferMax.default, stream: process.stdout, ...options })
    requireAtLeast(1, this.options, 'bufferMax')
    this.output = new AppendStream(this.train.esc, this.options.stream, 'the standard output', this.options.bufferMax, {
      flushed: () => this.train.flushed(this),
      failed: (error) => this.train.fail(new SourceError(codeOf(error), error.message, { cause: error })),
    })
  }

  get flushed(): number {
    return this.output.flushed
  }

  /** @throws {TypeError} If the datum is no string. */
  take(line: string): void {
    if (typeof line !== 'string') throw new TypeError(`a line must be a string: it is ${typeof line}`)
    this.output.append(line + '\n')
  }

  position(): number {
    return this.output.position()
  }

  override full(): boolean {
    return this.output.full()
  }

  override seal(then: (length: number) => void): void {
    this.output.seal(then)
  }

  start(): void {
    this.output.open()
  }

  finish(): Promise<void> {
    return this.output.close()
  }

  done(): void {
    this.output.release()
  }

  override toString(): string {
    return `StdoutDrain(bufferMax=${this.options.bufferMax})`
  }
}
