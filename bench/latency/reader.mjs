// Reads what was appended to a file, all of it, from a descriptor that is kept.
import { fstatSync, openSync, readSync } from 'node:fs'

export function reader(path, feed) {
  const fd = openSync(path, 'r')
  const buffer = Buffer.allocUnsafe(65_536)
  let position = fstatSync(fd).size
  return () => {
    for (;;) {
      const got = readSync(fd, buffer, 0, buffer.length, position)
      if (got === 0) return
      position += got
      feed(buffer.latin1Slice(0, got))
    }
  }
}
