/**
 * Ranges of what packed files unpack to, mostly asked for in their order: each file is unpacked once, and waits where
 * the last range began. Only for a range before that it is unpacked anew.
 */
import { gunzip, type Unpacking } from './gunzip.js'

/** How much is unpacked at once. */
const CHUNK = 65_536

/** The ranges. One file is open at a time, and one range asked for. */
export class UnpackedRanges {
  /** How often a file was begun. */
  begun = 0
  private current: Unpacked | null = null

  /** Bytes of the packed file that is open under this descriptor; fewer if there aren't as many. */
  async read(fd: number, id: string, start: number, length: number): Promise<Buffer> {
    if (this.current === null || this.current.id !== id || this.current.fd !== fd || start < this.current.position) {
      this.close()
      this.current = new Unpacked(fd, id)
      this.begun += 1
    }
    return await this.current.read(start, length)
  }

  /** Let go of what is open. */
  close(): void {
    this.current?.close()
    this.current = null
  }
}

/** One file that is being unpacked. */
class Unpacked {
  readonly fd: number
  readonly id: string
  /** Where `chunks` begin. */
  position = 0
  private readonly chunks: Buffer[] = []
  private end = 0
  /** Set once it is over; null: without a fault. */
  private over: { readonly error: Error | null } | null = null
  private readonly unpacking: Unpacking
  private wanted = { start: 0, end: 0 }
  private wake: () => void = () => undefined

  constructor(fd: number, id: string) {
    this.fd = fd
    this.id = id
    this.unpacking = gunzip(fd, CHUNK, {
      chunk: (bytes) => {
        this.chunks.push(bytes)
        this.end += bytes.length
        this.forget()
        if (this.end < this.wanted.end) return
        this.unpacking.pause()
        this.wake()
      },
      end: (error) => {
        this.over = { error }
        this.wake()
      },
    })
  }

  async read(start: number, length: number): Promise<Buffer> {
    this.wanted = { start, end: start + length }
    this.forget()
    if (this.end < this.wanted.end && this.over === null) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
        this.unpacking.resume()
      })
    }
    if (this.end < this.wanted.end && this.over !== null && this.over.error !== null) throw this.over.error
    const from = start - this.position
    return Buffer.from(Buffer.concat(this.chunks).subarray(Math.max(0, from), Math.max(0, from + length)))
  }

  close(): void {
    this.unpacking.close()
  }

  /** What is before the wanted range isn't needed any more. */
  private forget(): void {
    for (let [first] = this.chunks; first !== undefined; [first] = this.chunks) {
      if (this.position + first.length > this.wanted.start) return
      this.position += first.length
      this.chunks.shift()
    }
  }
}
