/** The log at a syslog server by UDP. */
import type { Socket } from 'node:dgram'
import { createRequire } from 'node:module'
import { codeOf } from '../errors/index.js'
import { MessageSink, type Attempt, type MessageSinkOptions } from './message-sink.js'
import type { SinkEvents } from './sink.js'

const require = createRequire(import.meta.url)

/**
 * See above. A datagram is with the kernel when the call returns. Whether it arrives nobody knows: what a machine
 * reports that isn't listening is counted as lost, together with the message that drew the report.
 */
export class UdpSink extends MessageSink {
  readonly #host: string
  readonly #port: number
  /** What stands for the socket from when its host is looked up. */
  #opening: object | null = null
  #socket: Socket | null = null
  #isConnected = false

  constructor(host: string, port: number, options: MessageSinkOptions, events: SinkEvents) {
    super(options, events)
    this.#host = host
    this.#port = port
    this.#open()
  }

  #open(): void {
    const opening = {}
    this.#opening = opening
    // Only now: every program has this file, and few of them log so.
    const { createSocket } = require('node:dgram') as typeof import('node:dgram')
    const { lookup } = require('node:dns') as typeof import('node:dns')
    lookup(this.#host, (error, address, family) => {
      if (this.#opening !== opening) return
      if (error !== null) {
        this.#failed(error)
        return
      }
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
      socket.unref()
      this.#socket = socket
      socket.on('connect', () => {
        this.#isConnected = true
        this.flush()
      })
      socket.on('error', (failure) => {
        if (socket === this.#socket) this.#failed(failure)
      })
      socket.connect(this.#port, address)
    })
  }

  #failed(error: Error): void {
    this.failing(`the log can't be sent to udp://${this.#host}:${this.#port}: ${codeOf(error) || error.message}`)
    this.release()
    this.retryLater()
  }

  protected attempt(message: Buffer): Attempt {
    if (this.#opening === null) this.#open()
    const socket = this.#socket
    if (socket === null || !this.#isConnected) return 'later'
    socket.send(message, (error) => {
      if (error === null) return
      const isRefused = codeOf(error) === 'ECONNREFUSED'
      this.lose(isRefused ? 2 : 1) // The refused one came before this one.
      if (socket === this.#socket && codeOf(error) !== 'EMSGSIZE') this.#failed(error)
    })
    return 'sent'
  }

  protected attemptLast(message: Buffer): Attempt {
    return this.#isConnected ? this.attempt(message) : 'later'
  }

  /** The name is looked up again. */
  reopen(): void {
    this.release()
    this.flush()
  }

  protected release(): void {
    this.#opening = null
    this.#socket?.close()
    this.#socket = null
    this.#isConnected = false
  }
}
