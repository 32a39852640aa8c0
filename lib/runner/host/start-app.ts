/**
 * Runs an app as a job: the same that `deadbeat run` runs by hand, under the limits of jobs. An app is a program of the
 * node and no stored code, so it has files, network and processes; who may name apps in jobs may run them.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../files/package-root.js'
import { runtimeDirectory } from '../../files/runtime-directory.js'
import { stateDirectory } from '../../files/state-directory.js'
import type { JsonObject } from '../../kv/index.js'
import { PERMIT_VARIABLE } from '../../process/permit.js'
import { RunnerError } from '../errors.js'
import type { Exit } from '../job/job-state.js'
import { ChildRun, notStarted, type Verdict } from './child-run.js'
import { limited } from './command.js'
import { jobFolder } from './job-folder.js'
import type { JobRun, RunOptions } from './job-run.js'
import { fillLimits, type FullLimits } from './limits.js'
import { levelOfLine } from './level-of-line.js'
import { Permit } from './permit.js'
import { findTools, tellOfMissing } from './tools.js'

/** What an attempt of a job is that runs an app. */
export interface StartAppOptions extends RunOptions {
  /** Its name, or the path of its file. */
  readonly app: string
  /** Its configuration; not given: the file that it finds by itself. */
  readonly config?: JsonObject
  /** Below which the job has a folder for its check-points; not given: that of the nodes of this user. */
  readonly stateRoot?: string
  /** Below which it has one for its control socket; not given: that of the nodes of this user. */
  readonly runtimeRoot?: string
  /** How well it is shut in; `plain`, if it isn't given. An app can't be confined. */
  readonly tier?: 'plain' | 'confined'
}

/** The descriptor on which it is permitted to go on. */
const PERMIT_FD = 3
/** What of the node's environment an app has: where things are, and no secrets. */
const ENV = ['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME']
/** Exit codes that say that the app or its configuration is wrong (sysexits.h): to try again is of no use. */
const FINAL_CODES: readonly (number | null)[] = [64, 66, 78]

/**
 * Run an app as an attempt of a job: `stop` sends SIGTERM, exit code 0 is a success, and its output is its log. What goes
 * wrong, at the start too, is in `ended`.
 */
export function startApp(options: StartAppOptions): JobRun {
  tellOfMissing(findTools(), options.log)
  let folder: string | null = null
  const tidy = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
  try {
    if (options.tier === 'confined') {
      throw new RunnerError('ERR_JOB_START', `app ${options.app} can't be confined: only stored code can`)
    }
    const limits = fillLimits(options.limits)
    if (options.config !== undefined) folder = keep(options.config)
    const run = new AppRun(options, limits, folder)
    void run.ended.then(tidy)
    return run
  } catch (error) {
    tidy()
    return notStarted(error)
  }
}

class AppRun extends ChildRun {
  readonly #app: string
  readonly #permit: Permit
  #hasStopped = false

  /** @param folder where its configuration is; null: it has none of its job. */
  constructor(options: StartAppOptions, limits: FullLimits, folder: string | null) {
    const { app, identity, services } = options
    const { stateRoot = join(stateDirectory('node'), 'jobs'), runtimeRoot = runtimeDirectory('node') } = options
    const name = jobFolder(identity)
    const runtimeDir = join(runtimeRoot, name)
    const words = [process.execPath, `--max-old-space-size=${Math.floor(limits.memoryBytes / 2 ** 21)}`, cliFile()]
    words.push('run', app)
    if (folder !== null) words.push('--config', join(folder, CONFIG))
    words.push('--state-dir', join(stateRoot, name), '--runtime-dir', runtimeDir, '--relative-paths', 'refuse')
    words.push('--daemon.detach', 'false') // It would go on when the job has ended.
    const command = limited(words, limits, findTools())
    super({ command, env: environment(), cwd: '/', limits, pipes: ['pipe'], levelOf: levelOfLine }, options)
    this.#app = app
    this.#permit = new Permit(this.child.stdio[PERMIT_FD] as Socket, options.clock, () => {
      this.#hasStopped = true
      this.lose('its node stood still for too long, so it ended itself')
    })
    services.log('info', `deadbeat status ${app} --runtime-dir ${runtimeDir} asks this app, and so do top, get and set`)
    void this.ended.then(() => {
      this.#permit.close()
      rmSync(runtimeDir, { recursive: true, force: true })
    })
  }

  tell(): void {
    // An app has no ear for its group.
  }

  confirm(forMs: number): void {
    this.#permit.grant(forMs)
  }

  protected askToEnd(): void {
    if (!this.#hasStopped) this.child.kill('SIGTERM') // A second one would end it at once.
  }

  protected outcomeOf({ code, signal, why }: Exit): Verdict {
    if (code === 0) return { outcome: 'success', result: null }
    if (signal === 'SIGKILL' && this.#permit.hasLapsed) {
      return { outcome: 'lost', reason: 'its node stood still for longer than its hold, so the kernel ended it' }
    }
    const likely =
      signal === 'SIGKILL' ? ', as when memory is short, or it stood still for longer than its node may hold it' : ''
    const message = `app ${this.#app} has failed: ${why}${likely}; deadbeat job log shows what it said`
    const error = { name: 'RunnerError', code: 'ERR_JOB_DIED', message }
    return { outcome: 'failed', error: FINAL_CODES.includes(code) ? { ...error, isRetryable: false } : error }
  }
}

const CONFIG = 'config.json'

/** A folder of one's own with the configuration: there may be secrets in it. */
function keep(config: JsonObject): string {
  const folder = mkdtempSync(join(tmpdir(), 'deadbeat-job-'))
  writeFileSync(join(folder, CONFIG), JSON.stringify(config), { mode: 0o600 })
  return folder
}

function cliFile(): string {
  return fileURLToPath(new URL('dist/lib/cli/main.js', packageRoot()))
}

function environment(): Record<string, string> {
  const given = ENV.flatMap((name): [string, string][] => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(given), [PERMIT_VARIABLE]: String(PERMIT_FD) }
}
