/** Reads records of a queue once more, for whoever wants to know what they were. */
import { closeSync, openSync, readSync } from 'node:fs'
import { unframe } from './queue-record.js'
import { offsetIn, type Segment } from './segment.js'

/**
 * The texts of the records between two positions of one segment.
 *
 * @throws What opening or reading throws. Where the segment is gone, or is damaged, the list is shorter.
 */
export function readRange(segments: readonly Segment[], start: number, end: number): readonly string[] {
  const segment = segments.find((one) => one.start <= start && end <= one.end)
  if (segment === undefined) return []
  const bytes = Buffer.allocUnsafe(end - start)
  const fd = openSync(segment.path, 'r')
  try {
    return unframe(bytes, 0, readSync(fd, bytes, 0, bytes.length, offsetIn(segment, start))).texts
  } finally {
    closeSync(fd)
  }
}
