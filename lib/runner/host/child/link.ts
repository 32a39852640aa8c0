/** The job's end of the socket to its runner: what it asks for, what it writes to its log, what it is told. */
import type { Duplex } from 'node:stream'
import { describeValue } from '../../../errors/index.js'
import type { Json } from '../../../kv/index.js'
import type { JobError, JobLogLevel, TopicEvent, WatchEvent } from '../job-run.js'
import {
  ASKS_MAX,
  formatMessage,
  isAsk,
  requireShort,
  type Asks,
  type CodeEnd,
  type FromChild,
  type ToChild,
} from '../protocol.js'

/** How much of a line is sent: more than is kept, and less than a message may have, whatever it is made of. */
const LOG_CHARS_MAX = 2 ** 16

/** What isn't an answer. */
export type Told = Exclude<ToChild, { type: 'reply' | 'refusal' | 'event' }>

interface Open {
  readonly resolve: (value: Json | undefined) => void
  readonly reject: (error: Error) => void
}

/** The link. */
export class Link {
  readonly #socket: Duplex
  readonly #open = new Map<number, Open>()
  readonly #listeners = new Map<number, (event: WatchEvent | TopicEvent) => void>()
  /** What waits until something before it was answered. */
  readonly #queue: string[] = []
  #nextId = 0
  #under = 0
  #rest = ''

  constructor(socket: Duplex, told: (message: Told) => void) {
    this.#socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n')
      this.#rest = lines.pop() as string
      for (const line of lines) this.#take(JSON.parse(line) as ToChild, told)
    })
  }

  /**
   * Ask for something; `listen` hears what the request makes happen from then on.
   *
   * @throws {TypeError} If that can't be asked for: the runner would end a job that did.
   * @throws {RangeError} If it is more than a message may have.
   */
  ask<M extends keyof Asks>(
    method: M,
    params: Asks[M],
    listen?: (event: WatchEvent | TopicEvent) => void,
  ): { readonly id: number; readonly answer: Promise<Json | undefined> } {
    if (!isAsk(method, params))
      throw new TypeError(`what is asked for makes no sense: ${method} ${describeValue(params)}`)
    const id = this.#nextId++
    const text = formatMessage({ type: 'ask', id, method, params } as FromChild)
    requireShort(text, 'a request')
    if (listen !== undefined) this.#listeners.set(id, listen)
    const answer = new Promise<Json | undefined>((resolve, reject) => this.#open.set(id, { resolve, reject }))
    this.#queue.push(text)
    this.#pump()
    return { id, answer }
  }

  /** Hear no more of what a request began. */
  unlisten(id: number): void {
    this.#listeners.delete(id)
  }

  beat(): void {
    this.#write({ type: 'beat' })
  }

  log(level: JobLogLevel, text: string): void {
    this.#write({ type: 'log', level, text: text.slice(0, LOG_CHARS_MAX) })
  }

  /** Resolves when the kernel has it. */
  end(end: CodeEnd): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(formatMessage({ type: 'end', end }), () => resolve())
    })
  }

  #pump(): void {
    while (this.#under < ASKS_MAX && this.#queue.length > 0) {
      this.#under += 1
      this.#socket.write(this.#queue.shift())
    }
  }

  #write(message: FromChild): void {
    this.#socket.write(formatMessage(message))
  }

  #take(message: ToChild, told: (message: Told) => void): void {
    if (message.type === 'event') return this.#listeners.get(message.id)?.(message.event)
    if (message.type !== 'reply' && message.type !== 'refusal') {
      told(message)
      return
    }
    const open = this.#open.get(message.id)
    this.#open.delete(message.id)
    this.#under -= 1
    if (message.type === 'reply') open?.resolve(message.value)
    else {
      this.#listeners.delete(message.id)
      open?.reject(refused(message.error))
    }
    this.#pump()
  }
}

function refused({ name, message, code }: JobError): Error {
  const error = Object.assign(new Error(message), code === undefined ? {} : { code })
  error.name = name
  return error
}
