/** The line to a controller: each question is a line, and so is its answer. */
import { connect, type Socket } from 'node:net'
import type { EventLoop } from 'deadbeat'
import type { Endpoint } from 'deadbeat/conf'

/** Where a controller is, and how long it may think. */
export interface ControllerOptions {
  readonly at: Endpoint
  readonly answerMs: number
  readonly esc: EventLoop
}

interface Waiting {
  resolve(answer: string): void
  reject(error: Error): void
}

/** No answer is as long: whoever sends more is no controller. */
const ANSWER_MAX = 1000
const REFUSAL = 'ERR '

/** Asks a controller one question after the other, over a connection that is made anew when it was lost. */
export class Controller {
  readonly #options: ControllerOptions
  #socket: Socket | null = null
  #waiting: Waiting | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ControllerOptions) {
    this.#options = options
  }

  /**
   * What it answers.
   *
   * @throws {RangeError} What it says if it refuses.
   * @throws {Error} If it isn't there, or has no answer within its time; the next question tries anew.
   */
  ask(question: string): Promise<string> {
    const answer = this.#last.then(() => this.#exchange(question))
    this.#last = answer.catch(() => undefined) // Told to who asked.
    return answer
  }

  /** Let go of the connection. */
  close(): void {
    this.#socket?.destroy()
  }

  async #exchange(question: string): Promise<string> {
    const { answerMs, esc } = this.#options
    const socket = (this.#socket ??= this.#connect())
    // What comes later would be taken for the answer to another question.
    const late = (): void => void socket.destroy(new Error(`does not answer ${question} within ${answerMs} ms`))
    const limit = esc.after(answerMs, late)
    try {
      const answer = await new Promise<string>((resolve, reject) => {
        this.#waiting = { resolve, reject }
        socket.write(`${question}\n`)
      })
      if (answer.startsWith(REFUSAL)) throw new RangeError(answer.slice(REFUSAL.length))
      return answer
    } finally {
      esc.cancel(limit)
      this.#waiting = null
    }
  }

  #connect(): Socket {
    const { host, port } = this.#options.at
    const socket = connect({ host, port, noDelay: true }).setEncoding('latin1')
    let text = ''
    let reason = 'has closed the connection'
    socket.on('data', (piece: string) => {
      text += piece
      const [answer = '', ...rest] = text.split('\n')
      if (text.length > ANSWER_MAX) socket.destroy(new Error(`sends more than ${ANSWER_MAX} characters for one answer`))
      if (rest.length === 0) return
      text = ''
      this.#waiting?.resolve(answer.trim())
    })
    socket.on('error', ({ message }) => (reason = message))
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null
      this.#waiting?.reject(new Error(`the controller at ${host}:${port}: ${reason}`))
    })
    return socket
  }
}
