import type { Writable } from 'node:stream'
import { AppendStream } from '../lib/files/append-stream.js'
import { LinesDrain, insert, requireAtLeast, type Settings, type Winder } from '../lib/movement/index.js'

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
export class StdoutDrain extends LinesDrain<Required<StdoutDrainOptions>> {
  static readonly baseConfig = stdoutDrainBaseConfig
  protected readonly output: AppendStream

  constructor(train: Winder, options: StdoutDrainOptions = {}) {
    super(train, { bufferMax: stdoutDrainBaseConfig.bufferMax.default, stream: process.stdout, ...options })
    requireAtLeast(1, this.options, 'bufferMax')
    this.output = new AppendStream(
      this.train.esc,
      this.options.stream,
      'the standard output',
      this.options.bufferMax,
      this.target,
    )
  }

  override toString(): string {
    return `StdoutDrain(bufferMax=${this.options.bufferMax})`
  }
}
