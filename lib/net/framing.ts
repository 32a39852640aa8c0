/** How the bytes of a connection become messages: by line ends, or by lengths that precede them. */
import { DeadbeatError } from '../errors/index.js'
import type { Piece } from '../files/cut-chunk.js'
import { LineCutter } from '../files/line-cutter.js'
import { textOfPiece } from '../files/text.js'
import { bigEndian, LengthCutter, type ReadLength } from './length-cutter.js'

/** What arrived whole: lines, joined by '\n'; or one message, which may hold line ends. */
export type Arrived =
  { readonly lines: string; readonly bytes: number } | { readonly message: string | Buffer; readonly bytes: number }

/** Cuts the bytes of one connection. What it throws ends the connection. */
export interface Framer {
  /** How many bytes of something unfinished there are. */
  readonly rest: number
  push(chunk: Buffer): readonly Arrived[]
  /** The peer has ended in order: what is unfinished, if that is a message of its own. */
  end(): readonly Arrived[]
}

/** Configuration insert: how bytes become messages. */
export const framingConfig = {
  framing: {
    doc: 'What ends a message: line (a line end) or length (a number of lengthBytes bytes before it, the highest first).',
    format: ['line', 'length'],
    default: 'line',
  },
  lengthBytes: { doc: 'For framing length: how many bytes the length has.', format: [1, 2, 4], default: 4 },
  encoding: {
    doc: 'What the bytes mean: utf8, latin1, or bytes (each message a Buffer; for framing length).',
    format: ['utf8', 'latin1', 'bytes'],
    default: 'utf8',
  },
  keepCarriageReturns: { doc: 'Keep a carriage return before a line end.', format: 'boolean', default: false },
  lineMax: { doc: 'How many bytes a message may have.', format: 'size', min: 1, default: 1_048_576 },
  longLines: {
    doc: 'What becomes of a longer line: cut (its beginning is taken), skip, or close (the connection). With framing length always close.',
    format: ['cut', 'skip', 'close'],
    default: 'cut',
  },
} as const

/** How bytes become messages, as `framingConfig` has it. */
export interface FramingOptions {
  readonly framing: 'line' | 'length'
  readonly lengthBytes: 1 | 2 | 4
  readonly encoding: 'utf8' | 'latin1' | 'bytes'
  readonly keepCarriageReturns: boolean
  readonly lineMax: number
  readonly longLines: 'cut' | 'skip' | 'close'
}

/** The defaults of `framingConfig`. */
export const FRAMING_DEFAULTS = {
  framing: 'line',
  lengthBytes: 4,
  encoding: 'utf8',
  keepCarriageReturns: false,
  lineMax: 1_048_576,
  longLines: 'cut',
} as const

/**
 * A framer of its own for each connection.
 *
 * @param onLong Hears of a line that is too long, and was cut or skipped.
 * @throws {RangeError} If bytes are asked for where lines are cut.
 * @example
 * const framer = makeFramer({ ...FRAMING_DEFAULTS, lineMax: 80 }, () => undefined)
 * assert.deepEqual(framer.push(Buffer.from('one\ntwo\nth')), [{ lines: 'one\ntwo', bytes: 7 }])
 */
export function makeFramer(options: FramingOptions, onLong: (message: string) => void): Framer {
  requireFraming(options)
  return options.framing === 'line'
    ? new LineFramer(options, onLong)
    : new LengthFramer(options, bigEndian(options.lengthBytes))
}

/**
 * Check what no single setting shows.
 *
 * @throws {RangeError} If bytes are asked for where lines are cut.
 */
export function requireFraming({ framing, encoding }: Pick<FramingOptions, 'framing' | 'encoding'>): void {
  if (framing === 'line' && encoding === 'bytes')
    throw new RangeError('encoding must be utf8 or latin1 where framing is line: it is "bytes"')
}

/**
 * The text or the bytes of a message. Bytes are copied, as else a small one would keep the large buffer that it came in.
 *
 * @example
 * assert.equal(decode(Buffer.from([0xe4]), 'latin1'), 'ä')
 */
export function decode(message: Buffer, encoding: FramingOptions['encoding']): string | Buffer {
  return encoding === 'bytes' ? Buffer.from(message) : message.toString(encoding)
}

class LineFramer implements Framer {
  private readonly options: FramingOptions
  private readonly onLong: (message: string) => void
  private readonly cutter: LineCutter

  constructor(options: FramingOptions, onLong: (message: string) => void) {
    this.options = options
    this.onLong = onLong
    this.cutter = new LineCutter(options.lineMax)
  }

  get rest(): number {
    return this.cutter.rest
  }

  push(chunk: Buffer): readonly Arrived[] {
    return this.cutter.push(chunk).flatMap((piece) => this.arrived(piece))
  }

  end(): readonly Arrived[] {
    const last = this.cutter.end()
    return last === null ? [] : this.arrived(last)
  }

  private arrived(piece: Piece): readonly Arrived[] {
    const { lineMax, longLines, keepCarriageReturns } = this.options
    const encoding = this.options.encoding === 'latin1' ? 'latin1' : 'utf8'
    if (piece.isLong) {
      const message = `a line of ${piece.end - piece.start} bytes is above lineMax (${lineMax})`
      if (longLines === 'close') throw new DeadbeatError('EMSGSIZE', message)
      this.onLong(`${message}: ${longLines === 'cut' ? 'its beginning is taken' : 'it is skipped'}`)
      if (longLines === 'skip') return []
    }
    return [{ lines: textOfPiece(piece, { encoding, keepCarriageReturns }), bytes: piece.to - piece.from }]
  }
}

/** Messages that are preceded by their lengths. */
export class LengthFramer implements Framer {
  private readonly encoding: FramingOptions['encoding']
  private readonly cutter: LengthCutter

  constructor({ lineMax, encoding }: Pick<FramingOptions, 'lineMax' | 'encoding'>, readLength: ReadLength) {
    this.encoding = encoding
    this.cutter = new LengthCutter(lineMax, readLength)
  }

  get rest(): number {
    return this.cutter.rest
  }

  push(chunk: Buffer): readonly Arrived[] {
    return this.cutter.push(chunk).map((message) => ({
      message: decode(message, this.encoding),
      bytes: message.length,
    }))
  }

  end(): readonly Arrived[] {
    return []
  }
}
