/**
 * A child process that is one attempt of a job, whatever it runs: asked to end, killed when it doesn't, followed until
 * everything that it wrote was read.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { codeOf, toError } from '../../errors/index.js'
import type { Clock, Disarm, Logger } from '../../movement/index.js'
import { RunnerError, type RunnerErrorCode } from '../errors.js'
import type { Exit } from '../job/job-state.js'
import type { Command } from './command.js'
import { JobLog } from './job-log.js'
import type { JobEnd, JobLogLevel, JobRun, RunOptions } from './job-run.js'
import type { FullLimits } from './limits.js'
import type { CodeEnd } from './protocol.js'

/** How long what it has left open may keep us from its end, in ms. */
const CLOSE_MS = 1000

/** How a child is started. */
export interface Start {
  readonly command: Command
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly limits: FullLimits
  /** What there is besides its outputs. */
  readonly pipes: readonly 'pipe'[]
  /** How bad a line of its stderr is; `warn`, if it isn't given. */
  readonly levelOf?: (line: string) => JobLogLevel
}

/** How it came to its end; `lost` is no fault of the code's. */
export type Verdict = CodeEnd | { readonly outcome: 'lost'; readonly reason: string }

/** A child. Who derives from it says how it is asked to end, and what came of it. */
export abstract class ChildRun implements JobRun {
  readonly ended: Promise<JobEnd>
  protected readonly child: ChildProcess
  protected readonly clock: Clock
  protected readonly limits: FullLimits
  protected readonly jobLog: JobLog
  /** What it has come to, once that is clear: it was ended, or the code has ended. The first counts. */
  #verdict: Verdict | null = null
  #why: string | null = null
  readonly #alarms = new Set<Disarm>()
  readonly #log: Logger
  #isEnding = false
  #settle: (end: JobEnd) => void = () => undefined

  /** @throws What keeps a process from being started at all, such as too many open files. */
  constructor(
    { command, env, cwd, limits, pipes, levelOf = () => 'warn' }: Start,
    { services, clock, log, deadlineMs = null }: RunOptions,
  ) {
    this.clock = clock
    this.#log = log
    this.limits = limits
    this.jobLog = new JobLog(limits.logBytes, (level, text) => services.log(level, text))
    this.ended = new Promise((resolve) => (this.#settle = resolve))
    // A group of its own: what it starts is killed with it.
    const child = spawn(command.program, command.args, {
      ...{ env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe', ...pipes] },
    })
    this.child = child
    child.on('error', (error) => this.#notStarted(command, error))
    // Where no descriptor is free Node gives a child without any stream, and tells of it only later.
    if ((child.stdio as unknown) === undefined) {
      throw new RunnerError('ERR_JOB_START', `cannot run ${command.program}: too many files are open`)
    }
    if (child.stdout !== null) this.jobLog.follow(child.stdout, () => 'info')
    if (child.stderr !== null) this.jobLog.follow(child.stderr, levelOf)
    child.once('exit', () => {
      if (child.pid !== undefined) this.#signalGroup(child.pid, 'SIGKILL') // What it has left behind.
      this.exited()
      this.after(CLOSE_MS, () => this.#letGo())
    })
    child.once('close', (code, signal) => this.#closed(code, signal))
    if (deadlineMs !== null) this.after(deadlineMs, () => this.#late(deadlineMs))
  }

  get pid(): number | null {
    return this.child.pid ?? null
  }

  abstract tell(message: Parameters<JobRun['tell']>[0]): void
  abstract confirm(forMs: number): void

  stop(reason: string): void {
    this.#end({ outcome: 'cancelled', reason }, reason, this.limits.graceMs)
  }

  kill(reason: string): void {
    this.#end({ outcome: 'cancelled', reason }, reason, 0)
    this.#signal('SIGKILL') // It may have been asked to end before.
  }

  /** Ask it to end. */
  protected abstract askToEnd(reason: string): void
  /** What came of it, as it was ended by nobody. */
  protected abstract outcomeOf(exit: Exit): Verdict

  /** The process has ended; what it has written may still have to be read. */
  protected exited(): void {}

  /** The code has ended by itself; the process is to follow. */
  protected codeEnded(end: CodeEnd): void {
    this.#end(end, WHY[end.outcome], this.limits.graceMs)
  }

  /** It did what it may not do: end it. */
  protected fail(code: RunnerErrorCode, message: string, withinMs = 0): void {
    this.#end({ outcome: 'failed', error: { name: 'RunnerError', code, message } }, message, withinMs)
  }

  /** Call back later, unless it has ended by then. */
  protected after(ms: number, then: () => void): Disarm {
    const atMs = this.clock.now() + ms
    const arm = (): Disarm =>
      this.clock.alarm(atMs, () => {
        // What is longer than a timer of Node's is woken before its time.
        if (this.clock.now() < atMs) disarm = arm()
        else {
          this.#alarms.delete(cancel)
          then()
        }
      })
    let disarm = arm()
    const cancel = (): void => {
      this.#alarms.delete(cancel)
      disarm()
    }
    this.#alarms.add(cancel)
    return cancel
  }

  /** It ends itself, as it heard nothing of its node: that is no fault of the code's. */
  protected lose(reason: string): void {
    this.#end({ outcome: 'lost', reason }, reason, this.limits.graceMs)
  }

  #late(deadlineMs: number): void {
    this.fail('ERR_JOB_DEADLINE', `the job took longer than its deadline of ${deadlineMs} ms`, this.limits.graceMs)
  }

  #end(verdict: Verdict, why: string, withinMs: number): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#verdict = verdict
    this.#why = why
    if (withinMs === 0) {
      this.#signal('SIGKILL')
      return
    }
    this.askToEnd(why)
    this.after(withinMs, () => this.#signal('SIGKILL'))
  }

  #signal(name: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.child
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    this.#signalGroup(pid, name)
  }

  #signalGroup(pid: number, name: NodeJS.Signals): void {
    try {
      process.kill(-pid, name)
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return // All of it has ended.
      this.#log.warn({ err: error, pid }, `what a job has started can't be sent ${name}: ${toError(error).message}`)
    }
  }

  #notStarted({ program }: Command, error: Error): void {
    if (this.child.pid !== undefined) return // A signal that couldn't be sent: it has ended.
    const { message } = new RunnerError('ERR_JOB_START', `cannot run ${program}: ${error.message}`)
    this.#verdict = { outcome: 'failed', error: { name: 'RunnerError', code: 'ERR_JOB_START', message } }
    this.#why = message
    this.#closed(null, null)
  }

  /** Something else holds its outputs open: it isn't waited for. */
  #letGo(): void {
    for (const stream of this.child.stdio) stream?.destroy()
  }

  #closed(code: number | null, signal: NodeJS.Signals | null): void {
    for (const disarm of this.#alarms) disarm()
    this.jobLog.end()
    const exit = { code, signal, why: this.#why ?? describeExit(code, signal, this.limits) }
    this.#settle({ ...(this.#verdict ?? this.outcomeOf(exit)), exit })
  }
}

const WHY = {
  success: 'the code has returned',
  failed: 'the code has failed',
  cancelled: 'the code has ended itself',
} as const

/** A run that has failed before there was a process. */
export function notStarted(thrown: unknown): JobRun {
  const { name, message } = toError(thrown)
  const code = codeOf(thrown) || 'ERR_JOB_START'
  const nothing = (): void => undefined
  return {
    ...{ pid: null, tell: nothing, confirm: nothing, stop: nothing, kill: nothing },
    ended: Promise.resolve({
      outcome: 'failed',
      error: { name, message, code },
      exit: { code: null, signal: null, why: message },
    }),
  }
}

/**
 * How a process ended that nobody has ended, with what is the likely reason.
 *
 * @example
 * const limits = { memoryBytes: 2 ** 28, cpuSeconds: 60 }
 * assert.match(describeExit(null, 'SIGXCPU', limits), /used more than 60 s of processor time/)
 */
export function describeExit(
  code: number | null,
  signal: string | null,
  { memoryBytes, cpuSeconds }: Pick<FullLimits, 'memoryBytes' | 'cpuSeconds'>,
): string {
  if (signal === 'SIGXCPU') return `it used more than ${cpuSeconds} s of processor time (limits.cpuSeconds)`
  if (signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGSEGV') {
    return `it was aborted (${signal}), as Node is when it gets no more memory: it may use ${memoryBytes} bytes (limits.memoryBytes)`
  }
  return signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`
}
