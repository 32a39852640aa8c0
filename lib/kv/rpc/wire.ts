/**
 * Protobuf's encoding: varints, and runs of bytes with their length in front. The writer goes from the end to the
 * beginning, so that a length is known by the time it is written; the reader trusts nothing.
 */
import { DeadbeatError } from '../../errors/index.js'

/** Bytes that are no message, or hold a number that doesn't fit. */
export class WireError extends DeadbeatError {
  constructor(what: string) {
    super('ERR_KV_WIRE', `this is no message of etcd: ${what}`)
  }
}

/** How a field is written: a varint. */
export const VARINT = 0
/** How a field is written: a length, then so many bytes. */
export const RUN = 2

const SCRATCH_BYTES = 65_536
const VARINT_BYTES_MAX = 10

/** Writes a message from its last field to its first. */
export class WireWriter {
  private bytes = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  /** The first byte that is written. */
  private at = SCRATCH_BYTES

  /** How many bytes are written. */
  get length(): number {
    return this.bytes.length - this.at
  }

  /** A whole number, as int64. */
  int(value: number): void {
    if (value >= 0 && value < 128) {
      const at = this.reserve(1)
      this.bytes[at] = value
      return
    }
    if (value < 0) {
      this.id(BigInt(value))
      return
    }
    let count = 1
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) count += 1
    let at = this.reserve(count)
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.bytes[at++] = (rest % 128) | 128
    this.bytes[at] = rest
  }

  /** A number of 64 bits. */
  id(value: bigint): void {
    const septets: number[] = []
    let rest = BigInt.asUintN(64, value)
    for (; rest >= 128n; rest >>= 7n) septets.push(Number(rest & 127n) | 128)
    septets.push(Number(rest))
    const at = this.reserve(septets.length)
    for (let i = 0; i < septets.length; i++) this.bytes[at + i] = septets[i] ?? 0
  }

  /** A run of bytes, and its length in front. */
  run(value: Uint8Array): void {
    const at = this.reserve(value.length)
    this.bytes.set(value, at)
    this.int(value.length)
  }

  /** A byte string, and its length in front. */
  byteString(value: string): void {
    const at = this.reserve(value.length)
    this.bytes.write(value, at, 'latin1')
    this.int(value.length)
  }

  /** A text in UTF-8, and its length in front. */
  text(value: string): void {
    const length = Buffer.byteLength(value)
    const at = this.reserve(length)
    this.bytes.write(value, at, 'utf8')
    this.int(length)
  }

  /** What was written, for good. */
  take(): Buffer {
    return Buffer.from(this.bytes.subarray(this.at))
  }

  /** Begin anew. */
  clear(): void {
    // A large message doesn't keep its memory.
    if (this.bytes.length > SCRATCH_BYTES) this.bytes = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
    this.at = this.bytes.length
  }

  /** Make room; what is written may lie elsewhere then. */
  private reserve(count: number): number {
    if (this.at < count) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.bytes.length + count))
      const at = larger.length - this.length
      this.bytes.copy(larger, at, this.at)
      this.bytes = larger
      this.at = at
    }
    this.at -= count
    return this.at
  }
}

/** Reads a message. */
export class WireReader {
  /** The next byte. */
  at = 0
  private readonly bytes: Buffer

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** A field's number and how it is written. */
  tag(): number {
    const value = this.int()
    if (value < 8 || value > 0xffff_ffff) throw new WireError(`a field has the number ${Math.floor(value / 8)}`)
    return value
  }

  /**
   * A whole number, as int64.
   *
   * @throws {WireError} If no JavaScript number holds it.
   */
  int(): number {
    const first = this.byte()
    if (first < 128) return first
    let low = first & 127
    let factor = 128
    for (let i = 1; i < 7; i++, factor *= 128) {
      const byte = this.byte()
      low += (byte & 127) * factor
      if (byte < 128) return low
    }
    // 49 bits so far: what follows may be the sign.
    let high = 0n
    for (let i = 7; i < VARINT_BYTES_MAX; i++) {
      const byte = this.byte()
      high |= BigInt(byte & 127) << BigInt(7 * i)
      if (byte < 128) return toSafe(BigInt.asIntN(64, high | BigInt(low)))
    }
    throw new WireError('a number has more than ten bytes')
  }

  /** A number of 64 bits. */
  id(): bigint {
    // In halves of 32 bits: every answer has two of these, and arithmetic of big integers is slow.
    let low = 0
    let high = 0
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.byte()
      const bits = byte & 127
      if (i < 4) low += bits * 2 ** (7 * i)
      else if (i === 4) {
        low += (bits & 15) * 2 ** 28
        high = bits >> 4
      } else if (i < 9) high += bits * 2 ** (7 * i - 32)
      else high += (bits & 1) * 2 ** 31
      if (byte < 128) return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
    }
    throw new WireError('a number has more than ten bytes')
  }

  /** The end of a run whose length comes next; nothing may go beyond `end`. */
  runEnd(end: number): number {
    const length = this.int()
    if (length < 0 || length > end - this.at) {
      throw new WireError(`a field of ${length} bytes where ${end - this.at} are left`)
    }
    return this.at + length
  }

  /** A run of bytes: a copy, so that a small value doesn't keep a large message in memory. */
  run(end: number): Uint8Array {
    const to = this.runEnd(end)
    const value = Buffer.from(this.bytes.subarray(this.at, to))
    this.at = to
    return value
  }

  /** A byte string. */
  byteString(end: number): string {
    const to = this.runEnd(end)
    const value = this.bytes.toString('latin1', this.at, to)
    this.at = to
    return value
  }

  /** A text in UTF-8. */
  text(end: number): string {
    const to = this.runEnd(end)
    const value = this.bytes.toString('utf8', this.at, to)
    this.at = to
    return value
  }

  /** Pass over a field that isn't known. */
  skip(wire: number, end: number): void {
    if (wire === VARINT) this.id()
    else if (wire === RUN) this.at = this.runEnd(end)
    else if (wire === 1) this.at += 8
    else if (wire === 5) this.at += 4
    else throw new WireError(`a field is written in the way ${wire}`)
    if (this.at > end) throw new WireError('it ends within a field')
  }

  private byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw new WireError('it ends within a field')
    this.at += 1
    return byte
  }
}

function toSafe(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new WireError(`the number ${value} is too large`)
  return number
}
