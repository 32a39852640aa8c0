/**
 * Whether a text is an ES module that parses. Node tells that only with a flag that we don't have, so that a thread with
 * it is asked. There the module is parsed and never run.
 */
import { Worker } from 'node:worker_threads'
import { ClosedError, toError } from '../../errors/index.js'
import { stripTypes } from '../../typescript/transform.js'
import { compileError } from './compile.js'
import { sourceName } from './hosted-code.js'

const PROGRAM = `
const { parentPort } = require('node:worker_threads')
const { SourceTextModule } = require('node:vm')
parentPort.on('message', ({ id, js, name }) => {
  try {
    new SourceTextModule(js, { identifier: name })
    parentPort.postMessage({ id, error: null })
  } catch (error) {
    parentPort.postMessage({ id, error: String(error.message) })
  }
})
`

interface Answer {
  readonly id: number
  readonly error: string | null
}

/**
 * Parses modules. The thread begins with the first one; it doesn't keep the process alive.
 *
 * @example
 * await using checker = new ModuleChecker()
 * await checker.check('a.b', 'export const n = 1')
 * await assert.rejects(checker.check('a.b', 'export const n = 1\nexport n'), /module a.b can't be compiled: .*module:a.b:2:/)
 */
export class ModuleChecker implements AsyncDisposable {
  #worker: Worker | null = null
  #asked = 0
  #isClosed = false
  readonly #waiting = new Map<number, (answer: Answer | Error) => void>()

  /**
   * Check one.
   *
   * @throws {RunnerError} ERR_CODE_COMPILE, with path, and line and column where they can be told.
   * @throws {ClosedError} If the checker is closed, also meanwhile.
   */
  async check(path: string, js: string): Promise<void> {
    if (this.#isClosed) throw new ClosedError('the checker of modules is closed')
    const worker = (this.#worker ??= this.#start())
    const id = this.#asked++
    const name = sourceName('module', path)
    const answer = await new Promise<Answer | Error>((resolve) => {
      this.#waiting.set(id, resolve)
      worker.ref()
      worker.postMessage({ id, js, name })
    })
    if (answer instanceof Error) throw answer
    const { error } = answer
    if (error !== null) throw compileError('module', path, error + placeOf(js, name), new SyntaxError(error))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const execArgv = ['--experimental-vm-modules', '--no-warnings']
    const worker = new Worker(PROGRAM, { eval: true, execArgv, env: {}, stdin: false })
    worker.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
      if (this.#waiting.size === 0) worker.unref()
    })
    const end = (error: Error): void => {
      if (this.#worker !== worker) return // It has failed before it ended, and another may be at work.
      this.#worker = null
      for (const resolve of this.#waiting.values()) resolve(error)
      this.#waiting.clear()
    }
    worker.on('error', (error) => end(toError(error)))
    worker.on('exit', () => end(new ClosedError('the checker of modules has ended')))
    return worker
  }
}

/** Node keeps to itself where a module doesn't parse; another parser says it, if it sees the same fault. */
function placeOf(js: string, name: string): string {
  try {
    stripTypes(js, name, null)
    return ''
  } catch (error) {
    const [place = ''] = toError(error).message.split(' ')
    return ` (${place})`
  }
}
