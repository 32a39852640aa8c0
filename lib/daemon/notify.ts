/** What a service manager is told: systemd's protocol, one datagram a message (sd_notify(3)). */
import { closeSync } from 'node:fs'
import { loadError, native } from 'inotify-ts/native'
import { codeOf, toError } from '../errors/index.js'
import { needsNative } from './daemon-error.js'

/** How long a message waits for room in the manager's queue before it is sent again. */
const AGAIN_MS = 20
/** Messages that wait; each later one takes the place of the oldest. */
const WAITING_MAX = 100

/** What the environment says, as systemd sets it. */
export type Environment = Record<string, string | undefined>

/**
 * The service manager that started this process, if one did. What it says in the environment is taken out of it, so
 * that no child of ours speaks in our name.
 *
 * @example
 * const manager = new ServiceManager({ env: {} })
 * manager.ready() // Nobody asked.
 * assert.equal(manager.watchdogMs, null)
 */
export class ServiceManager {
  /** How often at least it wants to hear from a process that works; null: not at all. */
  readonly watchdogMs: number | null
  readonly #socket: string | null
  readonly #onLost: (error: Error) => void
  readonly #waiting: string[] = []
  #again: NodeJS.Timeout | null = null
  #hasFailed = false

  /**
   * @param options.onLost Told once if a message can't be sent.
   * @throws {DaemonError} ENOTSUP (69) if there is a manager and no native binding: it would wait in vain.
   */
  constructor(options: { readonly env?: Environment; readonly onLost?: (error: Error) => void } = {}) {
    const { env = process.env, onLost = () => undefined } = options
    const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC: period = '', WATCHDOG_PID: watched } = env
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) Reflect.deleteProperty(env, name)
    this.#socket = /^[/@]/.test(socket) ? socket : null
    this.#onLost = onLost
    const isWatched = this.#socket !== null && (watched === undefined || Number(watched) === process.pid)
    this.watchdogMs = isWatched && /^[1-9]\d*$/.test(period) ? Number(period) / 1000 : null
    if (this.#socket !== null && native === null) throw needsNative(`NOTIFY_SOCKET is ${this.#socket}: that`, loadError)
  }

  /** It works now, also again after `reloading`. */
  ready(status = 'running'): void {
    this.#send({ READY: '1', MAINPID: String(process.pid), STATUS: status })
  }

  /** Its configuration is read anew; `ready` must follow. */
  reloading(status = 'reloading'): void {
    this.#send({ RELOADING: '1', MONOTONIC_USEC: String(process.hrtime.bigint() / 1000n), STATUS: status })
  }

  /** It has begun to stop. */
  stopping(status = 'stopping'): void {
    this.#send({ STOPPING: '1', STATUS: status })
  }

  /** It still works: at half of `watchdogMs` at the latest. */
  alive(): void {
    this.#send({ WATCHDOG: '1' })
  }

  /** What it does, in a few words for people. */
  status(text: string): void {
    this.#send({ STATUS: text })
  }

  #send(fields: Readonly<Record<string, string>>): void {
    if (this.#socket === null) return
    const lines = Object.entries(fields).map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}`)
    if (this.#waiting.length >= WAITING_MAX) this.#waiting.shift()
    this.#waiting.push(lines.join('\n'))
    this.#flush(this.#socket)
  }

  #flush(socket: string): void {
    if (this.#again !== null || native === null) return
    const fd = native.unixDgram()
    try {
      for (let [text] = this.#waiting; text !== undefined; [text] = this.#waiting) {
        native.unixSend(fd, socket, Buffer.from(text))
        this.#waiting.shift()
      }
    } catch (error) {
      if (codeOf(error) === 'EAGAIN') this.#sendAgain(socket)
      else this.#lose(toError(error))
    } finally {
      closeSync(fd)
    }
  }

  #sendAgain(socket: string): void {
    this.#again = setTimeout(() => {
      this.#again = null
      this.#flush(socket)
    }, AGAIN_MS).unref()
  }

  #lose(error: Error): void {
    this.#waiting.length = 0
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#onLost(error)
  }
}
