import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process with the store open: each line that it prints is given to `line`, also what it printed before it died. */
export class Child {
  #process
  #rest = ''
  #closed

  constructor(script, args, line) {
    const path = fileURLToPath(new URL(script, import.meta.url))
    this.#process = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout.setEncoding('latin1').on('data', (text) => {
      const lines = (this.#rest + text).split('\n')
      this.#rest = lines.pop()
      for (const each of lines) line(each)
    })
    this.errors = ''
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.errors += text))
    this.#closed = once(this.#process, 'close')
  }

  /** Whether it has ended by itself. */
  get hasEnded() {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** End it at once; resolves when all that it said has been heard. */
  async kill() {
    this.#process.kill('SIGKILL')
    await this.#closed
  }
}
