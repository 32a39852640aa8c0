/** Sends to the standard input of a command, which is started when there is something to send and again when it ended. */
import type { ChildProcess } from 'node:child_process'
import { DeadbeatError } from '../errors/index.js'
import type { NetLog, NetLoop } from '../net/loop.js'
import type { Channel } from '../net/sender.js'
import { describeEnd, hasEnded, startChild, stopChild, tellLines, type CommandOptions } from './child.js'

/** The command. */
export class ChildChannel implements Channel {
  readonly name: string
  readonly isJoining = true
  private readonly loop: NetLoop
  private readonly log: NetLog
  private readonly options: CommandOptions
  private child: ChildProcess | null = null
  private whenEnded: ((error: Error) => void) | null = null

  constructor(loop: NetLoop, log: NetLog, options: CommandOptions) {
    this.loop = loop
    this.log = log
    this.options = options
    this.name = options.command[0] ?? ''
  }

  /** Answers when the pipe has all of it, which isn't that the command has read it. */
  async send(data: string | Buffer): Promise<void> {
    this.child ??= await this.start()
    const { stdin } = this.child
    await new Promise<void>((resolve, reject) => {
      this.whenEnded = reject
      stdin?.write(data, (error) => ((error ?? null) === null && !stdin.destroyed ? resolve() : reject(this.hasGone())))
    })
    this.whenEnded = null
  }

  /** Let it read to the end, and wait until it has ended: as long as it takes, or `killMs` if it doesn't read. */
  async end(): Promise<void> {
    const { child } = this
    if (child === null || hasEnded(child)) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.stdin?.end()
    const timer = this.loop.after(this.options.killMs, () => void stopChild(this.loop, child, this.options.killMs))
    await ended
    this.loop.cancel(timer)
  }

  close(): void {
    this.whenEnded?.(new DeadbeatError('ERR_CLOSED', 'it was let go'))
    if (this.child !== null) void stopChild(this.loop, this.child, 0)
  }

  private async start(): Promise<ChildProcess> {
    const child = await startChild(this.options)
    tellLines(child.stdout, this.log, child.pid)
    tellLines(child.stderr, this.log, child.pid)
    child.stdin?.on('error', () => undefined) // It is told to whoever sends.
    child.once('exit', (code, by) => {
      this.child = null
      if (code !== 0) this.log.warn({ pid: child.pid }, `${this.name} ended ${describeEnd(code, by)}`)
      this.whenEnded?.(this.hasGone())
      this.whenEnded = null
    })
    return child
  }

  private hasGone(): DeadbeatError {
    return new DeadbeatError('EPIPE', 'it has ended, or closed its standard input')
  }
}
