/** Talking to a running daemon by its control socket. */
import { connect, type Socket } from 'node:net'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { LineReader } from './line-reader.js'
import { LINE_MAX, type Answer, type Request } from './protocol.js'

/** What the daemon answered in place of a value. */
export class RequestError extends DeadbeatError {}

/** One thing that a watch told. */
export interface Update {
  readonly key: string
  readonly value: unknown
  readonly timeMs: number
  /** How many were left out before it, as nobody read them. */
  readonly missed: number
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
  /** For a watch. */
  readonly update?: (update: Update) => void
}

/** An answer may be long where there are thousands of items. */
const ANSWER_MAX = LINE_MAX * 64

/** A daemon that runs answers at once; one that composes a large train needs a while. */
const ANSWER_MS = 10_000

/** How a daemon is connected to. */
export interface ConnectOptions {
  /** How long its first answer may take. */
  readonly answerMs?: number
}

/** A connection to one daemon. */
export class ControlClient {
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #end: Error | null = null

  private constructor(socket: Socket, path: string) {
    this.#socket = socket
    const reader = new LineReader(ANSWER_MAX)
    socket.on('data', (piece: Buffer) => {
      try {
        for (const line of reader.take(piece)) this.#hear(JSON.parse(line) as Answer)
      } catch (error) {
        this.#over(toError(error))
        socket.destroy()
      }
    })
    socket.on('error', (error) => this.#over(error))
    socket.on('close', () => this.#over(new RequestError('ERR_CONTROL_CLOSED', `the daemon at ${path} has ended`)))
  }

  /**
   * Connect to the daemon that has this socket.
   *
   * @throws {RequestError} ERR_NOT_RUNNING if none is there; ERR_NO_ANSWER if it is, and hangs; ERR_FORBIDDEN if it
   * belongs to another user.
   */
  static async connect(path: string, { answerMs = ANSWER_MS }: ConnectOptions = {}): Promise<ControlClient> {
    const client = await ControlClient.#open(path)
    const late = setTimeout(() => {
      const message = `the daemon at ${path} does not answer: it has not within ${answerMs} ms, so it hangs, or has very much to do`
      client.#over(new RequestError('ERR_NO_ANSWER', message))
    }, answerMs)
    try {
      await client.request({ op: 'ping' }) // The kernel connects for a daemon that hangs, too.
    } catch (error) {
      client.close()
      throw error
    } finally {
      clearTimeout(late)
    }
    return client
  }

  static #open(path: string): Promise<ControlClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path)
      socket.once('connect', () => {
        socket.removeAllListeners('error')
        resolve(new ControlClient(socket, path))
      })
      socket.once('error', (cause) => {
        const isForbidden = ['EACCES', 'EPERM'].includes(codeOf(cause))
        const message = isForbidden
          ? `the daemon at ${path} belongs to another user: ask as that one, or as root`
          : `no daemon answers at ${path}: it is not running, or has no control socket (${codeOf(cause)})`
        reject(new RequestError(isForbidden ? 'ERR_FORBIDDEN' : 'ERR_NOT_RUNNING', message, { cause }))
      })
    })
  }

  /**
   * Ask for one thing.
   *
   * @throws {RequestError} With the code and message that the daemon answered.
   */
  request(request: Omit<Request, 'id'>): Promise<unknown> {
    return this.#ask(request, {})
  }

  /**
   * Hear of the items that fit a pattern: what they are now, then each new value.
   *
   * @returns What resolves when the watch has ended, and how to end it.
   */
  watch(pattern: string, update: (update: Update) => void): { readonly ended: Promise<void>; stop(): void } {
    const watch = ++this.#lastId
    const ended = this.#send({ id: watch, op: 'watch', pattern }, { update }).then(() => undefined)
    const stop = (): void => void this.request({ op: 'cancel', watch }).catch(() => undefined)
    return { ended, stop }
  }

  /** Let go. */
  close(): void {
    this.#over(new RequestError('ERR_CONTROL_CLOSED', 'the connection was closed'))
    this.#socket.destroy()
  }

  #ask(request: Omit<Request, 'id'>, more: Pick<Pending, 'update'>): Promise<unknown> {
    return this.#send({ ...request, id: ++this.#lastId }, more)
  }

  #send(request: Request, more: Pick<Pending, 'update'>): Promise<unknown> {
    if (this.#end !== null) return Promise.reject(this.#end)
    return new Promise((resolve, reject) => {
      this.#pending.set(request.id, { resolve, reject, ...more })
      this.#socket.write(`${JSON.stringify(request)}\n`)
    })
  }

  #hear({ id, error, key, value, timeMs = 0, missed = 0, done }: Answer): void {
    if (id === null) throw new RequestError(error?.code ?? 'ERR_REQUEST', error?.message ?? 'an answer without an id')
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    if (key !== undefined) {
      pending.update?.({ key, value, timeMs, missed })
      return
    }
    this.#pending.delete(id)
    if (error !== undefined) pending.reject(new RequestError(error.code, error.message))
    else pending.resolve(done === true ? undefined : value)
  }

  #over(error: Error): void {
    this.#end ??= error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const request of pending) request.reject(this.#end)
  }
}
