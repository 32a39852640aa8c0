// The other end of the socket drain: writes each line to a file, and says how many of a connection's lines it has.
import { openSync, closeSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'

/** A server on a unix socket. */
export class Receiver {
  #fd
  #server
  #sockets = new Set()
  #isListening = false

  /** Listen on `socketPath` and append to `path`. */
  async start(socketPath, path) {
    this.#fd = openSync(path, 'a')
    this.#server = createServer((socket) => this.#connected(socket))
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(socketPath, resolve)
    })
    this.#isListening = true
  }

  stop() {
    if (!this.#isListening) return
    this.#isListening = false
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    closeSync(this.#fd)
  }

  #connected(socket) {
    this.#sockets.add(socket)
    let rest = Buffer.alloc(0)
    let lines = 0
    socket.on('data', (bytes) => {
      if (!this.#isListening) return
      const all = Buffer.concat([rest, bytes])
      const end = all.lastIndexOf(10) + 1
      rest = all.subarray(end)
      if (end === 0) return
      const whole = all.subarray(0, end)
      writeSync(this.#fd, whole)
      for (const byte of whole) if (byte === 10) lines += 1
      socket.write(`${lines}\n`)
    })
    // A sender that was killed leaves half a line, which nobody was told of.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
