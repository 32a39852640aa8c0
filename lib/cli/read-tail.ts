/** The last lines of a file, and what is appended to it. */
import { closeSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'

const CHUNK_BYTES = 65_536
const LF = 10

/** An open file, read up to a place. */
interface Opened {
  fd: number
  end: number
}

/**
 * Where the last lines of a file begin; 0 if it has no more than these. A last line without its end counts.
 *
 * @param fd An open file of this many bytes.
 */
export function startOfLast(fd: number, size: number, lines: number): number {
  if (lines === 0) return size
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let missing = lines
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - CHUNK_BYTES)
    const count = readSync(fd, chunk, 0, end - start, start)
    for (let at = chunk.lastIndexOf(LF, count - 1); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(LF, at - 1)) {
      if (start + at + 1 === size) continue // The end of the last line begins none.
      if (--missing === 0) return start + at + 1
    }
    end = start
  }
  return 0
}

/**
 * Give the last lines of a file to `write`, as pieces of bytes.
 *
 * @throws {Error} With the system's code if it can't be read.
 */
export function readLast(path: string, lines: number, write: (piece: Buffer) => void): void {
  const file = openAt(path, (fd, size) => startOfLast(fd, size, lines))
  readOn(file, write)
  closeSync(file.fd)
}

/**
 * The same, and then what is appended, until the signal; also where another file takes the name, as in a rotation: then
 * the old one is read to its end first.
 *
 * @throws {Error} With the system's code if it can't be read.
 */
export function follow(
  path: string,
  lines: number,
  write: (piece: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  let file = openAt(path, (fd, size) => startOfLast(fd, size, lines))
  const look = (): void => {
    readOn(file, write)
    const there = statSync(path, { throwIfNoEntry: false })
    if (there === undefined || there.ino === fstatSync(file.fd).ino) return
    closeSync(file.fd)
    file = openAt(path, () => 0)
    readOn(file, write)
  }
  return new Promise((resolve, reject) => {
    const watcher = watch(dirname(path), look)
    const end = (): void => {
      watcher.close()
      closeSync(file.fd)
      resolve()
    }
    watcher.once('error', reject)
    signal.addEventListener('abort', end, { once: true })
    look() // What came before the watch.
  })
}

function openAt(path: string, place: (fd: number, size: number) => number): Opened {
  const fd = openSync(path, 'r')
  return { fd, end: place(fd, fstatSync(fd).size) }
}

function readOn(file: Opened, write: (piece: Buffer) => void): void {
  if (fstatSync(file.fd).size < file.end) file.end = 0 // It was cut.
  for (;;) {
    const piece = Buffer.allocUnsafe(CHUNK_BYTES)
    const count = readSync(file.fd, piece, 0, CHUNK_BYTES, file.end)
    if (count === 0) return
    file.end += count
    write(piece.subarray(0, count))
  }
}
