/** Reads a gzip-compressed file to its end, a chunk at a time: what it unpacks to is never in memory as a whole. */
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

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
  const packed = createReadStream('', { fd, start: 0, autoClose: false })
  const unpacked = createGunzip({ chunkSize: chunkBytes })
  let isClosed = false
  unpacked.on('data', (bytes: Buffer) => target.chunk(bytes))
  pipeline(packed, unpacked, (error) => {
    if (!isClosed) target.end(error ?? null)
  })
  return {
    pause: () => void unpacked.pause(),
    resume: () => void unpacked.resume(),
    close: () => {
      isClosed = true
      packed.destroy()
      unpacked.destroy()
    },
  }
}
