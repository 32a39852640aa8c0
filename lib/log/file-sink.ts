/** The log in a file or on stderr, written at once. */
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { DeadbeatError, codeOf } from '../errors/index.js'
import { MessageSink, type Attempt } from './message-sink.js'
import { pause } from './pause.js'
import type { SinkEvents } from './sink.js'
import { toText } from './text.js'

// A named pipe that nobody reads would block the process without the last.
const { O_WRONLY, O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK } = constants
const STDERR = 2
const MODE = 0o640
/** A full disk is tried again so often. */
const RETRY_MS = 50
/** How long a line waits, and the process with it, for the reader of a pipe that is full. */
const PATIENCE_MS = 1000

/** How the lines are written. */
export interface FileSinkOptions {
  /** JSON, text, or text with colours. */
  readonly form: 'json' | 'text' | 'colours'
  /** How much waits while it can't be written, in bytes. */
  readonly waitingMax: number
}

/** See above. A line that was written in part is gone on with, but in a file that was opened anew written as a whole. */
export class FileSink extends MessageSink {
  readonly #file: string | null
  #fd: number
  /** What is to come of the line that was written in part. */
  #rest: Buffer | null = null
  #isPatient = true

  /**
   * @param file Null for stderr.
   * @throws {DeadbeatError} With code ERR_LOG_FILE if the file cannot be opened.
   */
  constructor(file: string | null, { form, waitingMax }: FileSinkOptions, events: SinkEvents) {
    const format = (json: string): Buffer => Buffer.from(form === 'json' ? json : toText(json, form === 'colours'))
    super({ format, waitingMax, retryMs: RETRY_MS }, events)
    this.#file = file
    this.#fd = file === null ? STDERR : open(file)
  }

  protected attempt(message: Buffer): Attempt {
    const attempt = this.#tryWrite(this.#rest ?? message, this.#isPatient ? PATIENCE_MS : 0)
    this.#isPatient = attempt === 'sent'
    return attempt
  }

  protected attemptLast(message: Buffer): Attempt {
    return this.attempt(message)
  }

  #tryWrite(message: Buffer, patienceMs: number): Attempt {
    const until = performance.now() + patienceMs
    let rest = message
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(this.#fd, rest))
      } catch (error) {
        if (codeOf(error) === 'EAGAIN' && performance.now() < until) {
          pause(1)
          continue
        }
        this.#rest = rest
        return this.#failed(error)
      }
    }
    this.#rest = null
    return 'sent'
  }

  #failed(error: unknown): Attempt {
    if (this.#file !== null) this.failing(`the log ${this.#file} cannot be written: ${codeOf(error)}`)
    if (this.#file !== null || codeOf(error) === 'EAGAIN') return 'later'
    this.#rest = null
    return 'impossible' // The reader of stderr has gone, and nobody is left to tell.
  }

  reopen(): void {
    if (this.#file === null) return
    try {
      const fresh = open(this.#file)
      closeSync(this.#fd)
      this.#fd = fresh
      this.#rest = null
    } catch (error) {
      this.failing(`${(error as Error).message}; it goes on in the file that was open`)
    }
    this.flush()
  }

  protected release(): void {
    if (this.#file !== null) closeSync(this.#fd)
  }
}

function open(file: string): number {
  try {
    return openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK, MODE)
  } catch (cause) {
    throw new DeadbeatError('ERR_LOG_FILE', `the log ${file} cannot be opened: ${codeOf(cause)}`, { cause })
  }
}
