/** The log at a syslog server by TCP. */
import { connect, type Socket } from 'node:net'
import { codeOf } from '../errors/index.js'
import { MessageSink, type Attempt, type MessageSinkOptions } from './message-sink.js'
import type { SinkEvents } from './sink.js'

/**
 * See above. One message at a time is with the socket until the kernel has it; where the connection breaks before, it
 * is sent again on the next. What the kernel has and the server not yet is gone with the connection, and nobody knows.
 */
export class TcpSink extends MessageSink {
  readonly #host: string
  readonly #port: number
  #socket: Socket | null = null
  #isConnected = false
  /** Whether the socket has a message that the kernel hasn't. */
  #isUnderWay = false

  constructor(host: string, port: number, options: MessageSinkOptions, events: SinkEvents) {
    super(options, events)
    this.#host = host
    this.#port = port
    this.#open()
  }

  #open(): void {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true, keepAlive: true })
    this.#socket = socket
    socket.unref()
    socket.on('connect', () => {
      this.#isConnected = true
      this.flush()
    })
    socket.on('error', (error) => {
      this.failing(`the log can't be sent to tcp://${this.#host}:${this.#port}: ${codeOf(error) || error.message}`)
    })
    socket.on('close', () => {
      if (socket !== this.#socket) return
      this.#forget()
      this.retryLater()
    })
    socket.resume() // What a server says is of no use, but its end must be noticed.
  }

  protected attempt(message: Buffer): Attempt {
    if (this.#socket === null) this.#open()
    const socket = this.#socket
    if (socket === null || !this.#isConnected || this.#isUnderWay) return 'later'
    socket.write(message, (error) => {
      if (isDone || socket !== this.#socket || (error !== null && error !== undefined)) return
      this.#isUnderWay = false
      this.delivered()
    })
    const isDone = socket.writableLength === 0
    this.#isUnderWay = !isDone
    return isDone ? 'sent' : 'later'
  }

  protected attemptLast(message: Buffer): Attempt {
    return this.#isConnected ? this.attempt(message) : 'later'
  }

  reopen(): void {
    this.flush()
  }

  protected release(): void {
    this.#socket?.end()
    this.#forget()
  }

  #forget(): void {
    this.#socket = null
    this.#isConnected = false
    this.#isUnderWay = false
  }
}
