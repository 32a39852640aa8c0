/** Starts what jobs name: stored code, read with all that it needs, or an app. */
import type { Backend } from '../../kv/index.js'
import type { Clock, Logger } from '../../movement/index.js'
import { readClosure } from '../code/closure.js'
import type { HostedCode } from '../code/hosted-code.js'
import { RunnerError } from '../errors.js'
import type { JobRun, StartJobOptions } from '../host/job-run.js'
import type { StartAppOptions } from '../host/start-app.js'
import type { JobEntry } from '../job/job-entry.js'
import type { Keys } from '../keys.js'
import { parsePath } from '../path.js'
import type { ErrorRecords } from '../records/error-records.js'
import type { Started, Starter, StartRequest } from './starter.js'

/** What is started with what. */
export interface CodeStarterOptions {
  readonly kv: Backend
  readonly keys: Keys
  readonly clock: Clock
  readonly log: Logger
  readonly startJob: (options: StartJobOptions) => JobRun
  /** Undefined: this node runs no apps. */
  readonly startApp?: ((options: StartAppOptions) => JobRun) | undefined
  /** Whose signatures this node believes; undefined: code needs none. */
  readonly signers?: readonly string[] | undefined
  /** Where it is recorded what code can't be used: of subsystem `compile`, by `proc` and its path. */
  readonly errors?: Pick<ErrorRecords, 'record' | 'resolve'> | undefined
}

/** Starts stored code and apps. */
export class CodeStarter implements Starter {
  readonly #options: CodeStarterOptions
  /** Why code can't be used, as it is recorded. */
  readonly #recorded = new Map<string, string>()

  constructor(options: CodeStarterOptions) {
    this.#options = options
  }

  async start({ entry, identity, services, leftMs }: StartRequest): Promise<Started> {
    const { clock, log, startJob, startApp } = this.#options
    const { code, app, config, data, limits, deadline, tier } = entry
    const deadlineMs = deadline === undefined ? null : deadline * 1000
    const options = { identity, services, limits, deadlineMs, clock, log }
    if (code !== undefined) {
      const closure = await this.#closure(code)
      await this.#works(code)
      return { run: startJob({ ...options, code: closure, data, tier, leftMs }), codeHash: closure.hash }
    }
    if (app === undefined) throw new RunnerError('ERR_NO_CODE', 'the job names neither code nor an app')
    if (startApp === undefined) throw new RunnerError('ERR_NO_CODE', `this node runs no apps: the job names ${app}`)
    return { run: startApp({ ...options, app, tier, ...(config === undefined ? {} : { config }) }), codeHash: null }
  }

  async hashOf({ code }: JobEntry): Promise<string | null> {
    if (code === undefined) return null
    try {
      const { hash } = await this.#closure(code)
      if (this.#recorded.has(code)) await this.#works(code)
      return hash
    } catch (error) {
      // Of code that can't be used it is told when it is started; what can't be read is not known to have changed.
      this.#options.log.debug({ err: error, code }, 'whether running code has changed is not known')
      return null
    }
  }

  async #closure(code: string): Promise<HostedCode> {
    const { kv, keys, signers } = this.#options
    try {
      return await readClosure(kv, keys, parsePath(code), signers === undefined ? {} : { signers })
    } catch (error) {
      if (error instanceof RunnerError && error.code !== 'ERR_NO_CODE') await this.#fails(code, error)
      throw error
    }
  }

  /** The same fault is recorded once, however often it is met. */
  async #fails(code: string, error: RunnerError): Promise<void> {
    if (this.#recorded.get(code) === error.message) return
    this.#recorded.set(code, error.message)
    await this.#told(
      code,
      this.#options.errors?.record('compile', ['proc', ...parsePath(code)], { error, severity: 1 }),
    )
  }

  /** Another node may have recorded what was wrong. */
  async #works(code: string): Promise<void> {
    this.#recorded.delete(code)
    await this.#told(code, this.#options.errors?.resolve('compile', ['proc', ...parsePath(code)]))
  }

  /** Code runs, or doesn't, whatever can be written about it. */
  async #told(code: string, telling: Promise<unknown> | undefined): Promise<void> {
    try {
      await telling
    } catch (error) {
      this.#options.log.warn({ err: error, code }, 'whether code can be used is not recorded')
    }
  }
}
