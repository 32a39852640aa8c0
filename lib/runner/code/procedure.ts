/**
 * Stored code that can be called here. It runs in this very process and may do whatever the process may: only for code
 * that is trusted as the program itself is. A job's code never runs so; it has a process of its own.
 */
import { Worker } from 'node:worker_threads'
import { toError } from '../../errors/index.js'
import { compileBody } from './compile.js'
import { sourceName, type HostedCode } from './hosted-code.js'
import { inputsOf } from './inputs.js'
import type { ModuleLoader, Namespace } from './module-loader.js'

/** How one call is made. */
export interface CallOptions {
  /** The code has it as `signal`; in mode thread it also ends the thread, whatever that does. */
  readonly signal?: AbortSignal
}

/** Code, ready to be called. */
export class Procedure {
  readonly hosted: HostedCode
  readonly #modules: ReadonlyMap<string, Namespace>
  readonly #loader: ModuleLoader

  constructor(hosted: HostedCode, modules: ReadonlyMap<string, Namespace>, loader: ModuleLoader) {
    this.hosted = hosted
    this.#modules = modules
    this.#loader = loader
  }

  /** Code whose modules are loaded first. */
  static async load(hosted: HostedCode, loader: ModuleLoader): Promise<Procedure> {
    return new Procedure(hosted, await loader.load(hosted.requires, hosted.modules), loader)
  }

  /**
   * Call it: by position, by name, or both.
   *
   * @returns what the code returns: in mode sync at once, else a promise.
   * @throws {TypeError} If the arguments make no sense; whatever the code throws.
   */
  call(
    args: readonly unknown[] = [],
    named: Readonly<Record<string, unknown>> = {},
    { signal = new AbortController().signal }: CallOptions = {},
  ): unknown {
    const inputs = inputsOf(this.hosted, args, named)
    if (this.hosted.mode === 'thread') return this.#inThread(inputs, signal)
    const body = compileBody(this.hosted, [...Object.keys(inputs), '_require', 'signal'])
    return body(...Object.values(inputs), (name: string) => this.#require(name), signal)
  }

  #require(name: string): Namespace {
    const found = this.#modules.get(name)
    if (found !== undefined) return found
    throw new TypeError(`code ${this.hosted.path} doesn't require the module ${name}: it requires ${this.#list()}`)
  }

  #list(): string {
    return this.hosted.requires.length === 0 ? 'none' : this.hosted.requires.join(', ')
  }

  async #inThread(inputs: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted()
    const { path, js, requires, modules } = this.hosted
    const urls = this.#loader.urls(modules)
    const worker = new Worker(PROGRAM, {
      eval: true,
      execArgv: [], // Those of this process may say what language it would be.
      workerData: {
        path,
        name: sourceName('code', path),
        js,
        inputs,
        urls: requires.map((its) => [its, urls.get(its)]),
      },
    })
    const over = new AbortController()
    const ended = new Promise<unknown>((resolve, reject) => {
      worker.on('message', ({ error, result }: { error?: unknown; result?: unknown }) => {
        if (error === undefined) resolve(result)
        else reject(toError(error))
      })
      worker.on('error', reject)
      worker.on('messageerror', reject)
      worker.on('exit', (code) =>
        reject(new Error(`the thread of code ${path} has ended with ${code} before it returned`)),
      )
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: over.signal })
    })
    return await ended.finally(() => {
      over.abort() // The signal may be there for many calls.
      return worker.terminate()
    })
  }
}

const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads')
const { compileFunction } = require('node:vm')
const { path, name, js, inputs, urls } = workerData
const before = "'use strict';"
async function run() {
  const modules = new Map()
  for (const [its, url] of urls) modules.set(its, await import(url))
  const options = { filename: name, columnOffset: -before.length }
  const body = compileFunction(before + js, [...Object.keys(inputs), '_require', 'signal'], options)
  const _require = (its) => {
    if (modules.has(its)) return modules.get(its)
    throw new TypeError('code ' + path + " doesn't require the module " + its)
  }
  return body(...Object.values(inputs), _require, new AbortController().signal)
}
run().then((result) => parentPort.postMessage({ result })).catch((error) => {
  // What isn't an error of JavaScript itself doesn't come over whole.
  const isWhole = error instanceof Error && !(error instanceof DOMException)
  parentPort.postMessage({ error: isWhole ? error : new Error(String(error?.message ?? error)) })
})
`
