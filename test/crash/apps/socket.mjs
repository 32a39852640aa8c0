// To somebody else over a socket, who says what he has. What was sent can't be taken back, so that a crash may repeat some.
import { createConnection } from 'node:net'
import { once } from 'node:events'
import { Drain, insert } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FormatJson } from 'deadbeat/cogs/format-json'
import { commonConfig, parsedInput } from './parts.mjs'

const socketBaseConfig = insert({
  path: { doc: 'The unix socket of the receiver.', format: 'path' },
  unacknowledgedMax: {
    doc: 'With how many lines that he has not got yet the train waits.',
    format: 'nat',
    default: 1000,
  },
})

class SocketDrain extends Drain {
  flushed = 0
  #socket = null
  #sent = 0
  #heard = ''
  #waiting = []

  async start() {
    this.#socket = createConnection(this.options.path)
    await once(this.#socket, 'connect')
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (text) => this.#hear(text))
    this.#socket.on('error', (error) => this.train.fail(error))
  }

  take(line) {
    this.#sent += 1
    this.#socket.write(`${line}\n`)
  }

  position() {
    return this.#sent
  }

  full() {
    return this.#sent - this.flushed > this.options.unacknowledgedMax
  }

  seal(then) {
    this.#whenFlushed(this.#sent, () => then(null))
  }

  finish() {
    return new Promise((resolve) => this.#whenFlushed(this.#sent, resolve))
  }

  done() {
    this.#socket?.destroy()
  }

  #whenFlushed(position, then) {
    if (this.flushed >= position) then()
    else this.#waiting.push({ position, then })
  }

  /** The receiver says each time how many lines he has. */
  #hear(text) {
    const words = (this.#heard + text).split('\n')
    this.#heard = words.pop()
    if (words.length === 0) return
    this.flushed = Number(words.at(-1))
    while (this.#waiting.length > 0 && this.#waiting[0].position <= this.flushed) this.#waiting.shift().then()
    this.train.flushed(this)
  }
}

export default app({
  name: 'crash-socket',
  config: { ...commonConfig, output: socketBaseConfig },
  build(train, { output, ...common }) {
    parsedInput(train, common, new FormatJson(train), new SocketDrain(train, output))
  },
})
