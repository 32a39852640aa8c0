/**
 * What an attempt of a job writes, line by line, and no more of it than is allowed: the rest is read and counted, so that
 * a job that floods its log neither fills the node's disk nor waits for anybody.
 */
import type { Readable } from 'node:stream'
import { LineCutter } from '../../files/line-cutter.js'
import type { JobLogLevel } from './job-run.js'

/** How many bytes of a line are kept. */
const LINE_BYTES_MAX = 8192
/** What a line takes besides its text where it is kept, so that empty ones are no way to fill the store. */
const LINE_BYTES = 64

/** The log of one attempt. */
export class JobLog {
  readonly #logBytes: number
  readonly #write: (level: JobLogLevel, text: string) => void
  #left: number
  #cutBytes = 0

  constructor(logBytes: number, write: (level: JobLogLevel, text: string) => void) {
    this.#logBytes = logBytes
    this.#left = logBytes
    this.#write = write
  }

  /** Read a stream to its end; `levelOf` says how bad each of its lines is. */
  follow(stream: Readable, levelOf: (line: string) => JobLogLevel): void {
    const cutter = new LineCutter(LINE_BYTES_MAX)
    stream.on('data', (chunk: Buffer) => {
      for (const { bytes, from, to, start, end } of cutter.push(chunk)) {
        this.#cutBytes += end - start - 1 - (to - from)
        if (this.#left <= 0) this.#cutBytes += to - from
        else for (const line of bytes.toString('utf8', from, to).split('\n')) this.add(levelOf(line), line)
      }
    })
    stream.on('end', () => {
      const rest = cutter.end()
      if (rest === null) return
      this.#cutBytes += rest.end - rest.start - (rest.to - rest.from)
      const line = rest.bytes.toString('utf8', rest.from, rest.to)
      this.add(levelOf(line), line)
    })
    stream.on('error', () => undefined) // The process has ended: its exit tells how.
  }

  /** One line. */
  add(level: JobLogLevel, text: string): void {
    const bytes = Buffer.byteLength(text)
    if (this.#left <= 0) {
      this.#cutBytes += bytes
      return
    }
    const kept = Math.min(bytes, LINE_BYTES_MAX)
    this.#cutBytes += bytes - kept
    this.#left -= kept + LINE_BYTES
    this.#write(level, kept === bytes ? text : Buffer.from(text).toString('utf8', 0, kept))
    if (this.#left > 0) return
    const rule = `an attempt may write ${this.#logBytes} bytes, and each line counts ${LINE_BYTES} more`
    this.#write('warn', `the log is cut here: ${rule} (limits.logBytes)`)
  }

  /** Everything was read: say how much was cut. */
  end(): void {
    if (this.#cutBytes > 0) this.#write('warn', `${this.#cutBytes} bytes of the log were cut`)
  }
}
