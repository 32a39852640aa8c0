/** Runs stored code as a job, in a child process. */
import { Socket } from 'node:net'
import { loadedFrom } from 'inotify-ts/native'
import type { JsonObject } from '../../kv/index.js'
import { inputsOf } from '../code/inputs.js'
import type { Exit } from '../job/job-state.js'
import { Channel } from './channel.js'
import { ChildRun, notStarted, type Verdict } from './child-run.js'
import { hostCommand, hostFile } from './command.js'
import type { JobRun, RunnerMessage, StartJobOptions } from './job-run.js'
import { fillLimits, type FullLimits } from './limits.js'
import { Permit } from './permit.js'
import { CHANNEL_FD, PERMIT_FD, type FromChild } from './protocol.js'
import { Relay } from './relay.js'
import { findTools, tellOfMissing, type Tools } from './tools.js'

/** How long Node may take to start on a busy machine, in ms. */
const START_MS = 30_000

/** Run stored code as an attempt of a job. What goes wrong, at the start too, is in `ended`. */
export function startJob(options: StartJobOptions): JobRun {
  const tools = findTools()
  tellOfMissing(tools, options.log)
  try {
    return new CodeRun(options, fillLimits(options.limits), tools)
  } catch (error) {
    return notStarted(error)
  }
}

class CodeRun extends ChildRun {
  readonly #channel: Channel
  readonly #relay: Relay
  /** Null: without the native part its loop sees to it, unless it is busy. */
  readonly #permit: Permit | null
  #beats = 0
  #missed = 0

  constructor(options: StartJobOptions, limits: FullLimits, tools: Tools) {
    const { code, data, config = {}, identity, tier = 'plain', services, clock } = options
    const inputs = inputsOf(code, [], data) as JsonObject
    const native = options.leftMs === undefined ? null : loadedFrom
    const command = hostCommand(hostFile(), native, limits, tier, tools)
    super({ command, env: {}, cwd: '/', limits, pipes: native === null ? ['pipe'] : ['pipe', 'pipe'] }, options)
    const { heartbeatMs, messagesPerSecond } = limits
    const socket = this.child.stdio[CHANNEL_FD] as Socket
    this.#channel = new Channel(socket, clock, messagesPerSecond, {
      take: (message) => this.#take(message),
      broken: ({ message }) => this.fail('ERR_JOB_MESSAGE', message),
    })
    this.#relay = new Relay(services, (message) => this.#channel.send(message))
    this.#permit = native === null ? null : new Permit(this.child.stdio[PERMIT_FD] as Socket, clock, null)
    this.#channel.send({ type: 'start', code, inputs, config, identity, heartbeatMs, native })
    if (options.leftMs !== undefined) this.confirm(options.leftMs())
    this.after(START_MS + heartbeatMs, () => {
      if (this.#beats === 0) this.#silent(START_MS + heartbeatMs)
    })
    void this.ended.then(() => {
      this.#relay.close()
      this.#channel.close()
      this.#permit?.close()
    })
  }

  tell(message: RunnerMessage): void {
    this.#channel.send({ type: 'tell', message })
  }

  confirm(forMs: number): void {
    if (this.#permit === null) this.#channel.send({ type: 'confirm', forMs })
    else this.#permit.grant(forMs)
  }

  protected askToEnd(reason: string): void {
    this.#channel.send({ type: 'stop', reason })
  }

  protected override exited(): void {
    this.#channel.finish()
  }

  protected outcomeOf({ signal, why }: Exit): Verdict {
    if (this.#permit?.hasLapsed === true && (signal === 'SIGKILL' || signal === 'SIGTERM')) {
      return { outcome: 'lost', reason: 'its node stood still for longer than its hold, so the kernel ended it' }
    }
    const message = `the job's process ended before its code: ${why}`
    return { outcome: 'failed', error: { name: 'RunnerError', code: 'ERR_JOB_DIED', message } }
  }

  #take(message: FromChild): void {
    switch (message.type) {
      case 'beat':
        if (this.#beats++ === 0) this.#watch()
        return
      case 'log': {
        this.jobLog.add(message.level, message.text)
        return
      }
      case 'ask': {
        this.#relay.take(message)
        return
      }
      case 'end': {
        this.codeEnded(message.end)
        return
      }
    }
  }

  /**
   * See that it goes on saying that it is there. Two looks without a beat between, for after the whole machine has
   * slept, what it has said meanwhile is read only after the first. Who is kept from speaking isn't silent.
   */
  #watch(): void {
    const { heartbeatMs } = this.limits
    const before = this.#beats
    this.after(heartbeatMs / 2, () => {
      this.#missed = this.#beats > before || this.#channel.isHeld ? 0 : this.#missed + 1
      if (this.#missed === 2) this.#silent(heartbeatMs)
      else this.#watch()
    })
  }

  #silent(forMs: number): void {
    this.fail('ERR_JOB_SILENT', `the job gave no sign of life for ${forMs} ms: it loops, or waits in a call`)
  }
}
