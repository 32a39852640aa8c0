/** What is asked of every source of lines: the settings that they share, and what becomes of lines that are too long. */
import { DeadbeatError } from '../errors/index.js'
import type { Piece } from './cut-chunk.js'
import type { FileLog } from './loop.js'

/** Configuration insert: how bytes become lines. */
export const lineConfig = {
  encoding: { doc: 'What the bytes mean: utf8 or latin1.', format: ['utf8', 'latin1'], default: 'utf8' },
  keepCarriageReturns: { doc: 'Keep a carriage return before a line end.', format: 'boolean', default: false },
  lineMax: { doc: 'How many bytes a line may have.', format: 'size', default: 1_048_576 },
  longLines: {
    doc: 'What becomes of a longer line: cut (its beginning is taken), skip, or fail.',
    format: ['cut', 'skip', 'fail'],
    default: 'cut',
  },
} as const

/** The defaults of `lineConfig`. */
export const LINE_DEFAULTS = {
  encoding: lineConfig.encoding.default,
  keepCarriageReturns: lineConfig.keepCarriageReturns.default,
  lineMax: lineConfig.lineMax.default,
  longLines: lineConfig.longLines.default,
}

/** What may become of a line that is too long. */
export type LongLinePolicy = 'cut' | 'skip' | 'fail'

/** Decides on lines that are too long: counts them, and tells of them without filling the log. */
export class LongLines {
  count = 0
  private readonly log: FileLog
  private readonly options: { readonly lineMax: number; readonly longLines: LongLinePolicy }
  private readonly fail: (error: Error) => void

  constructor(
    log: FileLog,
    options: { readonly lineMax: number; readonly longLines: LongLinePolicy },
    fail: (error: Error) => void,
  ) {
    this.log = log
    this.options = options
    this.fail = fail
  }

  /** Whether a piece goes on: any that isn't too long, and the beginning of one that is, where lines are cut. */
  takes({ isLong, start, end }: Piece, path: string): boolean {
    if (!isLong) return true
    const { lineMax, longLines } = this.options
    this.count += 1
    const message = `${path} has a line of ${end - start} bytes at ${start}, which is above lineMax (${lineMax})`
    if (longLines === 'fail') this.fail(new DeadbeatError('EMSGSIZE', message))
    // The first, the tenth, the hundredth ...
    else if (/^10*$/.test(String(this.count))) {
      const what = longLines === 'cut' ? 'its beginning is taken' : 'it is skipped'
      this.log.warn({ file: path, longLines: this.count }, `${message}: ${what}`)
    }
    return longLines === 'cut'
  }
}
