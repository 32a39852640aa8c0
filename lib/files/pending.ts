/**
 * What waits to be written: text, and bytes of lines, in their order. Its lengths count characters of the text and bytes
 * of the bytes, since those are known without encoding. Bytes are copied into one of two buffers, which change places, and
 * long text is encoded into a third one: fresh memory costs more than what is done with it.
 */
import { Buffer } from 'node:buffer'

const SIZE = 256 * 1024
/** A buffer that has become larger is let go. */
const KEPT_MAX = 4 * 1024 * 1024
/** Shorter texts are encoded into memory of their own. */
const LONG = 4096
const LINE_FEED = 10

/**
 * It.
 *
 * @example
 * const pending = new Pending()
 * pending.text += 'one\n'
 * pending.addLines(Buffer.from('two'))
 * assert.equal(pending.length, 8)
 * assert.equal(String(pending.take(8)), 'one\ntwo\n')
 */
export class Pending {
  /** What comes last, as long as it is text: to be added to. */
  text = ''
  /** What comes before: texts, and how many of the bytes come next. */
  readonly #parts: (string | number)[] = []
  /** The length of these parts. */
  #before = 0
  #bytes: Buffer | null = null
  #used = 0
  #spare: Buffer | null = null
  #encoded: Buffer | null = null

  get length(): number {
    return this.#before + this.text.length
  }

  /** Add the bytes of whole lines; the last one's end is added. */
  addLines(lines: Uint8Array): void {
    if (this.text !== '') this.#closeText()
    const used = this.#used
    const length = lines.length + 1
    const bytes = this.#roomFor(length)
    bytes.set(lines, used)
    bytes[used + lines.length] = LINE_FEED
    this.#used = used + length
    const last = this.#parts.at(-1)
    if (typeof last === 'number') this.#parts[this.#parts.length - 1] = last + length
    else this.#parts.push(length)
    this.#before += length
  }

  /** Take so much from the front; it must not be more than there is. What was taken before isn't needed any more. */
  take(length: number): Buffer {
    if (this.#parts.length === 0) {
      const taken = this.text.slice(0, length)
      this.text = this.text.slice(length)
      return this.#encode(taken)
    }
    if (this.text !== '') this.#closeText()
    const taken: Buffer[] = []
    let from = 0
    for (let left = length; left > 0;) {
      const first = this.#parts.shift() as string | number
      const count = Math.min(left, typeof first === 'string' ? first.length : first)
      if (typeof first === 'string') {
        taken.push(Buffer.from(first.slice(0, count)))
        if (count < first.length) this.#parts.unshift(first.slice(count))
      } else {
        taken.push((this.#bytes as Buffer).subarray(from, from + count))
        from += count
        if (count < first) this.#parts.unshift(first - count)
      }
      left -= count
    }
    this.#before -= length
    if (from > 0) this.#change(from)
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken)
  }

  #encode(text: string): Buffer {
    const most = 3 * text.length
    if (text.length < LONG || most > KEPT_MAX) return Buffer.from(text)
    if (this.#encoded === null || this.#encoded.length < most) this.#encoded = Buffer.allocUnsafeSlow(most)
    return this.#encoded.subarray(0, this.#encoded.write(text))
  }

  #closeText(): void {
    this.#parts.push(this.text)
    this.#before += this.text.length
    this.text = ''
  }

  #roomFor(length: number): Buffer {
    const bytes = this.#bytes
    if (bytes !== null && this.#used + length <= bytes.length) return bytes
    const larger = Buffer.allocUnsafeSlow(Math.max(SIZE, 2 * (this.#used + length)))
    bytes?.copy(larger, 0, 0, this.#used)
    return (this.#bytes = larger)
  }

  /** What is left behind the bytes that were taken goes into the other buffer. */
  #change(from: number): void {
    const bytes = this.#bytes as Buffer
    const left = this.#used - from
    const other = this.#spare !== null && this.#spare.length >= left ? this.#spare : Buffer.allocUnsafeSlow(SIZE + left)
    bytes.copy(other, 0, from, this.#used)
    this.#spare = bytes.length <= KEPT_MAX ? bytes : null
    this.#bytes = other
    this.#used = left
  }
}
