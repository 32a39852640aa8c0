/** Reads a gzip-compressed file to its end, a chunk at a time: what it unpacks to is never in memory as a whole. */
import { createReadStream, read } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** A reading that can be held up. */
export interface Unpacking {
  pause(): void
  resume(): void
  /** Stop for good. */
  close(): void
}

/** Who gets what is unpacked. */
export interface UnpackTarget {
  chunk(bytes: Buffer): void
  /** It is over: at the end of the file, or with an error if that is no gzip or is cut off. */
  end(error: Error | null): void
}

/** Unpack a file, given by its descriptor, which stays open. */
export function gunzip(fd: number, chunkBytes: number, target: UnpackTarget): Unpacking {
  const packed = createReadStream('', { fd, start: 0, fs: { read, close: leaveOpen } })
  const { createGunzip } = require('node:zlib') as typeof import('node:zlib') // Most files are not compressed.
  const unpacked = createGunzip({ chunkSize: chunkBytes })
  let isOver = false
  const end = (error: Error | null): void => {
    if (isOver) return
    isOver = true
    packed.destroy()
    unpacked.destroy()
    target.end(error)
  }
  // Not by pipeline(), which is satisfied once everything was given to the unpacking, before that tells of its errors.
  packed.on('error', end).pipe(unpacked)
  // What was unpacked before it was destroyed may still come.
  unpacked.on('data', (bytes: Buffer) => {
    if (!isOver) target.chunk(bytes)
  })
  unpacked.on('end', () => end(null)).on('error', end)
  return {
    pause: () => void unpacked.pause(),
    resume: () => void unpacked.resume(),
    close: () => {
      isOver = true
      packed.destroy()
      unpacked.destroy()
    },
  }
}

/** Instead of closing: a stream that is destroyed would close the descriptor, which isn't its own. */
function leaveOpen(_fd: number, then?: (error: Error | null) => void): void {
  then?.(null)
}
