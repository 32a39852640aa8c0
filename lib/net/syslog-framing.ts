/** How syslog comes over a stream: RFC 6587, with lengths or line ends; RFC 5425, by TLS, with lengths. */
import { DeadbeatError, describeValue } from '../errors/index.js'
import { LengthFramer, makeFramer, type Arrived, type Framer, type FramingOptions } from './framing.js'
import type { Extent } from './length-cutter.js'

const [ZERO, NINE, SPACE] = [0x30, 0x39, 0x20]
const DIGITS_MAX = 10

/** How messages are read. */
export type SyslogFramingOptions = Pick<FramingOptions, 'lineMax' | 'longLines'> & { encoding: 'utf8' | 'latin1' }

/**
 * A framer that sees by the first byte of its connection what its peer does: a digit begins a length, all else a line.
 *
 * @example
 * const framer = new SyslogFramer({ lineMax: 80, longLines: 'cut', encoding: 'utf8' }, () => undefined)
 * assert.deepEqual(framer.push(Buffer.from('5 <1>ab5 <2>cd')), [{ message: '<1>ab', bytes: 5 }, { message: '<2>cd', bytes: 5 }])
 */
export class SyslogFramer implements Framer {
  private readonly options: SyslogFramingOptions
  private readonly onLong: (message: string) => void
  private framer: Framer | null = null

  constructor(options: SyslogFramingOptions, onLong: (message: string) => void) {
    this.options = options
    this.onLong = onLong
  }

  get rest(): number {
    return this.framer?.rest ?? 0
  }

  /** @throws {DeadbeatError} If a length is none or too long. */
  push(chunk: Buffer): readonly Arrived[] {
    this.framer ??= this.framerFor(chunk[0])
    return this.framer.push(chunk).map(withoutLineEnd)
  }

  end(): readonly Arrived[] {
    return this.framer?.end() ?? []
  }

  private framerFor(first = SPACE): Framer {
    if (isDigit(first)) return new LengthFramer(this.options, readOctetCount)
    const lines = { framing: 'line', lengthBytes: 4, keepCarriageReturns: false } as const
    return makeFramer({ ...lines, ...this.options }, this.onLong)
  }
}

/** Some, as rsyslog, end a message by a line end though its length is told. */
function withoutLineEnd(arrived: Arrived): Arrived {
  if (!('message' in arrived) || typeof arrived.message !== 'string') return arrived
  return { ...arrived, message: arrived.message.replace(/\r?\n$/, '') }
}

/** A length in decimal digits and a space. */
function readOctetCount(bytes: Buffer, at: number): Extent | null {
  let length = 0
  for (let i = at; i < Math.min(bytes.length, at + DIGITS_MAX); i++) {
    const byte = bytes[i] as number
    if (byte === SPACE && i > at) return { start: i + 1, length }
    if (!isDigit(byte)) throw wrong(bytes, at)
    length = 10 * length + byte - ZERO
  }
  if (bytes.length - at >= DIGITS_MAX) throw wrong(bytes, at)
  return null
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

function wrong(bytes: Buffer, at: number): DeadbeatError {
  const found = describeValue(bytes.toString('latin1', at, at + 2 * DIGITS_MAX))
  return new DeadbeatError('EBADMSG', `a message must begin with its length and a space: it begins with ${found}`)
}
