/** The lines that a command writes, which is started again as is wished. */
import type { ChildProcess } from 'node:child_process'
import { DeadbeatError, toError } from '../errors/index.js'
import { Backoff } from '../net/backoff.js'
import { makeFramer, type Arrived, type Framer } from '../net/framing.js'
import type { LoopBinding, NetLog, NetLoop } from '../net/loop.js'
import { isRare } from '../net/rarely.js'
import { describeEnd, startChild, stopChild, tellLines, type CommandOptions } from './child.js'

/** Which command, when it is started again, and how its output is read. */
export interface ChildLinesOptions extends CommandOptions {
  readonly restart: 'never' | 'failure' | 'always'
  readonly retryMs: number
  readonly retryMaxMs: number
  readonly encoding: 'utf8' | 'latin1'
  readonly keepCarriageReturns: boolean
  readonly lineMax: number
  readonly longLines: 'cut' | 'skip'
}

/** Who gets the lines, and hears of the end. */
export interface ChildLinesTarget {
  arrived(what: Arrived, peer: string): void
  ended(): void
  failed(error: Error): void
}

/** The command. */
export class ChildLines {
  /** How often it was started. */
  starts = 0
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: ChildLinesOptions
  private readonly target: ChildLinesTarget
  private readonly backoff: Backoff
  private child: ChildProcess | null = null
  private framer: Framer | null = null
  private retry: LoopBinding | null = null
  private isPaused = false
  private isStopping = false
  private long = 0

  constructor(loop: NetLoop, log: NetLog, options: ChildLinesOptions, target: ChildLinesTarget) {
    this.loop = loop
    this.log = log
    this.options = options
    this.target = target
    this.backoff = new Backoff(options)
  }

  /** @throws {DeadbeatError} With the system's code, if it can't be started. */
  async open(): Promise<void> {
    const child = await startChild(this.options)
    this.child = child
    this.starts += 1
    this.framer = makeFramer({ framing: 'line', lengthBytes: 4, ...this.options }, (message) => this.tellLong(message))
    tellLines(child.stderr, this.log, child.pid)
    child.stdin?.end()
    child.stdout?.on('data', (chunk: Buffer) => this.take(this.framer?.push(chunk) ?? []))
    child.once('close', (code, by) => this.ended(code, by))
    if (this.isPaused) this.pause()
    if (this.isStopping) await this.close() // It was asked to stop while it started.
  }

  /** End the command; what it still says is taken. */
  async close(): Promise<void> {
    this.isStopping = true
    if (this.retry !== null) this.loop.cancel(this.retry)
    const { child } = this
    if (child === null) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.stdout?.resume()
    await stopChild(this.loop, child, this.options.killMs)
    await closed
  }

  pause(): void {
    this.isPaused = true
    this.child?.stdout?.pause()
  }

  resume(): void {
    this.isPaused = false
    this.child?.stdout?.resume()
  }

  private take(all: readonly Arrived[]): void {
    for (const arrived of all) this.target.arrived(arrived, '')
    if (all.length > 0) this.backoff.reset()
  }

  private tellLong(message: string): void {
    this.long += 1
    if (isRare(this.long)) this.log.warn({ longLines: this.long }, message)
  }

  private ended(code: number | null, by: NodeJS.Signals | null): void {
    this.take(this.framer?.end() ?? [])
    this.child = null
    if (this.isStopping) return
    const { restart, command } = this.options
    const how = `${command[0]} ended ${describeEnd(code, by)}`
    const isGood = code === 0
    if (restart === 'always' || (restart === 'failure' && !isGood)) this.startAgain(how)
    else if (isGood) this.target.ended()
    else this.target.failed(new DeadbeatError('ERR_COMMAND', `${how}, and restart is ${restart}`))
  }

  private startAgain(how: string): void {
    const delayMs = this.backoff.nextMs()
    this.log.warn({ retryMs: delayMs }, `${how}; it is started again`)
    this.retry = this.loop.after(delayMs, () => {
      this.retry = null
      this.open().catch((error: unknown) => this.startAgain(toError(error).message))
    })
  }
}
