/** The log at a Unix datagram socket: a machine's syslog (`/dev/log`) or the systemd journal. */
import { native } from 'inotify-ts'
import { closeSync } from 'node:fs'
import { DeadbeatError, codeOf } from '../errors/index.js'
import { MessageSink, type Attempt, type MessageSinkOptions } from './message-sink.js'
import { pause } from './pause.js'
import type { SinkEvents } from './sink.js'

/** How long a line waits, and the process with it, for a reader that is slow before it is kept for later. */
const PATIENCE_MS = 20
/** The same for all that waits when the process ends. */
const LAST_PATIENCE_MS = 1000

/**
 * See above. The kernel queues some ten datagrams; a reader that is slower is waited for a moment, so that what was
 * logged isn't lost with the process, and once that was in vain the backlog takes over until it is empty.
 */
export class UnixSink extends MessageSink {
  readonly #path: string
  readonly #fd: number
  #isPatient = true
  #lastUntil = 0

  /** @throws {DeadbeatError} With code ERR_LOG_SOCKET where there is no native part to send datagrams with. */
  constructor(path: string, options: MessageSinkOptions, events: SinkEvents) {
    super(options, events)
    if (native === null) {
      throw new DeadbeatError('ERR_LOG_SOCKET', `the log can't go to ${path}: inotify-ts has no native part here`)
    }
    this.#path = path
    this.#fd = native.unixDgram()
  }

  protected attempt(message: Buffer): Attempt {
    const attempt = this.#trySend(message, performance.now() + (this.#isPatient ? PATIENCE_MS : 0))
    this.#isPatient = attempt === 'sent'
    return attempt
  }

  protected attemptLast(message: Buffer): Attempt {
    this.#lastUntil ||= performance.now() + LAST_PATIENCE_MS
    return this.#trySend(message, this.#lastUntil)
  }

  #trySend(message: Buffer, until: number): Attempt {
    for (;;) {
      try {
        native?.unixSend(this.#fd, this.#path, message)
        return 'sent'
      } catch (error) {
        const code = codeOf(error)
        if (code !== 'EAGAIN' && code !== 'ENOBUFS') {
          this.failing(`the log can't be sent to ${this.#path}: ${code}`)
          return code === 'EMSGSIZE' ? 'impossible' : 'later'
        }
        if (performance.now() >= until) return 'later'
      }
      pause(1)
    }
  }

  /** The path is looked up for each message: nothing is to be opened anew. */
  reopen(): void {
    this.flush()
  }

  protected release(): void {
    closeSync(this.#fd)
  }
}
