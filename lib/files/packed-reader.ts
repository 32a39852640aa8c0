/** Reads files that are packed by gzip, one after another: only whole, as there is no way into their middle. */
import { fstatSync } from 'node:fs'
import { DeadbeatError, toError } from '../errors/index.js'
import type { ChunkOptions, ChunkTarget } from './chunk-reader.js'
import { gunzip, type Unpacking } from './gunzip.js'
import { LineCutter } from './line-cutter.js'
import type { OpenFiles } from './open-files.js'
import type { TailedFile } from './tailed-file.js'

/** The reader. Each file is read from its `offset` on to its end, its last line included, and told once to be `atEnd`. */
export class PackedReader {
  private readonly files: OpenFiles
  private readonly target: ChunkTarget
  private readonly options: ChunkOptions
  private readonly queue: TailedFile[] = []
  private unpacking: Unpacking | null = null
  private isPaused = false
  private isClosed = false

  constructor(files: OpenFiles, target: ChunkTarget, options: ChunkOptions) {
    this.files = files
    this.target = target
    this.options = options
  }

  /** Read this file when those before it are read. */
  ready(file: TailedFile): void {
    if (file.isQueued || this.isClosed) return
    file.isQueued = true
    this.queue.push(file)
    if (this.queue.length === 1) this.begin(file)
  }

  /** Read nothing until `resume`. */
  pause(): void {
    this.isPaused = true
    this.unpacking?.pause()
  }

  /** Go on. */
  resume(): void {
    this.isPaused = false
    this.unpacking?.resume()
  }

  /** Read no more. */
  close(): void {
    this.isClosed = true
    this.unpacking?.close()
  }

  private begin(file: TailedFile): void {
    const { chunkBytes, lineMax } = this.options
    const cutter = new LineCutter(lineMax, file.offset)
    let skip = file.offset
    let fd: number
    try {
      fd = this.files.descriptor(file)
      file.packedSize = fstatSync(fd).size
    } catch (error) {
      this.over(file, () => this.target.unreadable(file, toError(error)))
      return
    }
    this.unpacking = gunzip(fd, chunkBytes, {
      chunk: (bytes) => {
        const skipped = Math.min(skip, bytes.length)
        skip -= skipped
        for (const piece of cutter.push(bytes.subarray(skipped))) {
          file.offset = file.scanned = piece.end
          this.target.piece(file, piece)
        }
      },
      end: (error) => {
        const rest = cutter.end()
        if (error === null && rest !== null) {
          file.offset = file.scanned = rest.end
          this.target.piece(file, rest)
        }
        const failure = error ?? (skip > 0 ? tooShort(file, skip) : null)
        this.over(file, () => {
          if (failure === null) this.target.atEnd(file, true)
          else this.target.unreadable(file, failure)
        })
      },
    })
    if (this.isPaused) this.unpacking.pause()
  }

  private over(file: TailedFile, tell: () => void): void {
    this.unpacking = null
    this.queue.shift()
    file.isQueued = false
    const [next] = this.queue
    tell()
    if (next !== undefined && !this.isClosed) this.begin(next)
  }
}

function tooShort({ offset }: TailedFile, missing: number): DeadbeatError {
  return new DeadbeatError('ESTALE', `it unpacks to ${offset - missing} bytes, and ${offset} of it were read before`)
}
