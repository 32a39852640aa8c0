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

const HEADER_BYTES = 16

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
  // The numbers are in the machine's own order, which a typed array reads and a Buffer method doesn't.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2)
  const events: InotifyEvent[] = []
  let offset = 0
  while (offset < length) {
    const word = offset >> 2
    const nameBytes = words[word + 3] ?? 0
    const end = offset + HEADER_BYTES + nameBytes
    if (nameBytes < 0 || nameBytes % 4 !== 0 || end > length || end > bytes.length) {
      throw new RangeError(
        `an event at byte ${offset} must end within the ${length} bytes that were read: it ends at ${end}`,
      )
    }
    events.push({
      wd: words[word] ?? 0,
      mask: (words[word + 1] ?? 0) >>> 0,
      cookie: (words[word + 2] ?? 0) >>> 0,
      name: nameBytes === 0 ? '' : readName(bytes, offset + HEADER_BYTES, end, names),
    })
    offset = end
  }
  return events
}

/** The kernel fills a name up with NULs to a multiple of the header. */
function readName(bytes: Buffer, start: number, end: number, names: NameEncoding): string | Buffer {
  const nul = bytes.indexOf(0, start)
  const stop = nul === -1 || nul > end ? end : nul
  if (names === 'text') {
    const text = bytes.toString('utf8', start, stop)
    if (!text.includes('\uFFFD') || isUtf8(bytes.subarray(start, stop))) return text
  }
  return Buffer.from(bytes.subarray(start, stop))
}
