/** Starts what jobs name: stored code, read with all that it needs, or an app. */
import type { Backend, JsonObject } from '../../kv/index.js'
import type { Clock, Logger } from '../../movement/index.js'
import { readClosure } from '../code/closure.js'
import { RunnerError } from '../errors.js'
import type { JobRun, RunOptions, StartJobOptions } from '../host/job-run.js'
import type { JobEntry } from '../job/job-entry.js'
import type { Keys } from '../keys.js'
import { parsePath } from '../path.js'
import type { Started, Starter, StartRequest } from './starter.js'

/** An app that is to be run as a job. */
export interface StartAppOptions extends RunOptions {
  readonly app: string
  readonly config: JsonObject
}

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
}

/** Starts stored code and apps. */
export class CodeStarter implements Starter {
  readonly #options: CodeStarterOptions

  constructor(options: CodeStarterOptions) {
    this.#options = options
  }

  async start({ entry, identity, services }: StartRequest): Promise<Started> {
    const { clock, log, startJob, startApp } = this.#options
    const { code, app, config = {}, data, limits, deadline, tier } = entry
    const deadlineMs = deadline === undefined ? null : deadline * 1000
    const options = { identity, services, limits, deadlineMs, clock, log }
    if (code !== undefined) {
      const closure = await this.#closure(code)
      return { run: startJob({ ...options, code: closure, data, tier }), codeHash: closure.hash }
    }
    if (app === undefined) throw new RunnerError('ERR_NO_CODE', 'the job names neither code nor an app')
    if (startApp === undefined) throw new RunnerError('ERR_NO_CODE', `this node runs no apps: the job names ${app}`)
    return { run: startApp({ ...options, app, config }), codeHash: null }
  }

  async hashOf({ code }: JobEntry): Promise<string | null> {
    if (code === undefined) return null
    try {
      return (await this.#closure(code)).hash
    } catch (error) {
      // Of code that can't be used it is told when it is started; what can't be read is not known to have changed.
      this.#options.log.debug({ err: error, code }, 'whether running code has changed is not known')
      return null
    }
  }

  #closure(code: string): ReturnType<typeof readClosure> {
    const { kv, keys, signers } = this.#options
    return readClosure(kv, keys, parsePath(code), signers === undefined ? {} : { signers })
  }
}
