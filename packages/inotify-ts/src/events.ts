import { isUtf8 } from 'node:buffer'

/** How names are given: as text where they are UTF-8, or always as the bytes that they are. */
export type NameEncoding = 'text' | 'buffer'

/** One event as the kernel tells it. */
export interface InotifyEvent {
  /** The watch that it belongs to, or -1 with `IN.Q_OVERFLOW`, which belongs to none: events were lost. */
  readonly wd: number
  /** What happened, as bits of `IN`. */
  readonly mask: number
  /** Equal in the two halves of one rename, else 0. */
  readonly cookie: number
  /**
   * The entry of the watched directory; `''` if the event is about the watched object itself. A name that isn't UTF-8
   * is a Buffer even where text was asked for, since its text would be the name of another file.
   */
  readonly name: string | Buffer
}

/** Takes one event; see `InotifyEvent` for what its parts mean. */
export type TakeEvent = (wd: number, mask: number, cookie: number, name: string | Buffer) => void

const HEADER_BYTES = 16
const HEADER_WORDS = 4

/**
 * Cuts into events what one buffer is filled with again and again.
 *
 * It makes no object of an event, and of a name that comes several times in succession, as names do, only one string.
 *
 * @throws {RangeError} If the buffer doesn't lie at a multiple of 4 bytes, as one of `Buffer.allocUnsafeSlow` does.
 * @example
 * const cutter = new EventCutter(Buffer.alloc(16))
 * cutter.cut(16, (...event) => assert.deepEqual(event, [0, 0, 0, '']))
 */
export class EventCutter {
  private readonly bytes: Buffer
  private readonly names: NameEncoding
  /** The numbers are in the machine's own order, which a typed array reads and a Buffer method doesn't. */
  private readonly words: Int32Array
  /** The last text, and its bytes as they came. */
  private text = ''
  private readonly kept: number[] = []
  private keptWords = 0

  constructor(bytes: Buffer, names: NameEncoding = 'text') {
    this.bytes = bytes
    this.names = names
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  }

  /**
   * Cut the first `length` bytes, in the order of the kernel's queue. Names are copied.
   *
   * @throws {RangeError} If they end within an event, which no read of an inotify descriptor does.
   */
  cut(length: number, take: TakeEvent): void {
    const { words, bytes } = this
    for (let offset = 0; offset < length;) {
      const word = offset >> 2
      const nameBytes = words[word + 3] ?? 0
      const end = offset + HEADER_BYTES + nameBytes
      if (nameBytes < 0 || nameBytes % 4 !== 0 || end > length || end > bytes.length) {
        throw new RangeError(
          `an event at byte ${offset} must end within the ${length} bytes that were read: it ends at ${end}`,
        )
      }
      const name = nameBytes === 0 ? '' : this.nameAt(word + HEADER_WORDS, nameBytes >> 2)
      take(words[word] ?? 0, (words[word + 1] ?? 0) >>> 0, (words[word + 2] ?? 0) >>> 0, name)
      offset = end
    }
  }

  private nameAt(word: number, count: number): string | Buffer {
    const { words, kept } = this
    if (count === this.keptWords) {
      let same = 0
      while (same < count && words[word + same] === kept[same]) same++
      if (same === count) return this.text
    }
    const name = readName(this.bytes, word * 4, (word + count) * 4, this.names)
    if (typeof name === 'string') {
      for (let i = 0; i < count; i++) kept[i] = words[word + i] ?? 0
      this.keptWords = count
      this.text = name
    }
    return name
  }
}

/**
 * Cut what was read from an inotify descriptor into events, in the order of the kernel's queue.
 *
 * `length` is how many bytes of the buffer were filled, all of them by default. Names are copied: the buffer may be
 * used again at once.
 *
 * @throws {RangeError} If the bytes end within an event, which no read of an inotify descriptor does.
 * @example
 * assert.deepEqual(parseEvents(Buffer.alloc(16)), [{ wd: 0, mask: 0, cookie: 0, name: '' }])
 */
export function parseEvents(bytes: Buffer, length = bytes.length, names: NameEncoding = 'text'): InotifyEvent[] {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  const events: InotifyEvent[] = []
  new EventCutter(aligned, names).cut(length, (wd, mask, cookie, name) => events.push({ wd, mask, cookie, name }))
  return events
}

/** The kernel fills a name up with NULs to a multiple of the header. */
function readName(bytes: Buffer, start: number, end: number, names: NameEncoding): string | Buffer {
  let stop = start
  let bits = 0
  for (let byte = bytes[stop]; stop < end && byte !== undefined && byte !== 0; byte = bytes[++stop]) bits |= byte
  if (names === 'buffer') return Buffer.from(bytes.subarray(start, stop))
  if (bits < 0x80) return bytes.toString('latin1', start, stop)
  const text = bytes.toString('utf8', start, stop)
  return !text.includes('\uFFFD') || isUtf8(bytes.subarray(start, stop))
    ? text
    : Buffer.from(bytes.subarray(start, stop))
}
