// The daemon under test, as a process that is started again and again.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = join(root, 'dist/lib/cli/main.js')
/** How often it makes a check-point, if it can: often, so that a round has many. */
const CHECKPOINT_MS = '20'
/** Within which time it has to end when it is asked to. */
const STOP_MAX_MS = 60_000

/** The file of an app. */
function appPath(app) {
  return join(root, 'test/crash/apps', `${app}.mjs`)
}

/**
 * Whether apps know the flag for check-points.
 *
 * @throws {Error} If Deadbeat isn't built, or the app can't be looked at.
 */
export function knowsCheckpoints() {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} must be there: it is not. Run npm run build`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'run', appPath('plain'), '--help'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`deadbeat run plain --help must end with 0: it ended with ${status}: ${stderr}`)
  return stdout.includes('--train.checkpoint-ms')
}

/** One reader, from round to round another one. */
export class Reader {
  /** Resolves with the exit code or the signal when the present process has ended. */
  ended = Promise.resolve(null)
  isRunning = false
  #child = null
  #round
  #store
  #log

  /** `round` has the directory, the app, the environment and whether there are check-points; `store` is where these are. */
  constructor(round, store) {
    this.#round = round
    this.#store = store
    this.#log = join(round.directory, 'reader.log')
  }

  get pid() {
    return this.#child.pid
  }

  start() {
    const { directory, app, env, hasCheckpoints } = this.#round
    const args = [MAIN, 'run', appPath(app), '--config', join(directory, 'reader.json')]
    args.push('--state-dir', join(directory, 'state'))
    if (hasCheckpoints) args.push('--train.checkpoint-ms', CHECKPOINT_MS, ...this.#store.argsOf(this.#round))
    const fd = openSync(this.#log, 'a')
    const child = spawn(process.execPath, args, {
      cwd: directory,
      env: { ...process.env, ...env },
      stdio: ['ignore', fd, fd],
    })
    closeSync(fd)
    this.#child = child
    this.isRunning = true
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(code ?? signal))
    }).finally(() => (this.isRunning = false))
  }

  signal(name) {
    if (this.isRunning) this.#child.kill(name)
  }

  /** Ask it to end, and wait. Answers the exit code or the signal, or null if it had to be killed. */
  async stop() {
    this.signal('SIGTERM')
    let timer
    const late = new Promise((resolve) => (timer = setTimeout(resolve, STOP_MAX_MS, null)))
    const how = await Promise.race([this.ended, late])
    clearTimeout(timer)
    if (how === null) await this.kill()
    return how
  }

  async kill() {
    this.signal('SIGKILL')
    await this.ended
  }

  /** The end of what it said. */
  get lastWords() {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-3).join('\n') : ''
  }
}
