/**
 * `_self`: how running code steers itself and asks for things (specification A12). It is all that code can reach of its
 * node: each request goes to the runner, which looks at the job's rights and whether it still holds its claim.
 */
import { describeValue, toError } from '../../../errors/index.js'
import type { Json } from '../../../kv/entities/json.js'
import type { Path } from '../../path.js'
import type { JobErrorRecord, RunnerMessage, TopicEvent, WatchEvent } from '../job-run.js'
import { asJson, asPath, requireClass, requireDepth, type Class } from './checks.js'
import { TEXT_CHARS_MAX } from '../protocol.js'
import type { InfoQueue } from './info-queue.js'
import type { Link } from './link.js'
import { CLASSES, ChangeMsg, ErrorRecorded, MQTTmsg, ReadyMsg, TimerMsg } from './messages.js'
import { Timer } from './timer.js'

/** Something under way. `cancel` answers true if it ended it, and false if it had ended. */
export interface Handle {
  cancel(): Promise<boolean>
}

/** How something is watched. */
export interface WatchOptions {
  /** The class of the messages: ChangeMsg, or one derived from it. */
  readonly cls?: Class<ChangeMsg>
  /** Whether what is there already is told too. Not given: yes. */
  readonly fetch?: boolean
  /** From how far below the path on. Not given: from the entry itself on. */
  readonly minDepth?: number
  /** How far below; -1: all the way. Not given: the entry alone. */
  readonly maxDepth?: number
  /** Whether of the changes of an entry that wait only the last is kept. */
  readonly coalesce?: boolean
}

/** What is closed when the job ends: in the first of these ways that it has. */
export interface Resource {
  [Symbol.asyncDispose]?(): PromiseLike<void>
  [Symbol.dispose]?(): void
  close?(): unknown
}

/** What it is made of. */
export interface CallAdminParts {
  readonly link: Link
  /** Null for code that isn't asynchronous. */
  readonly queue: InfoQueue | null
  /** End this run, as one that failed, or by itself. */
  readonly fail: (error: unknown) => void
  readonly cancel: (reason: string) => void
}

/** The controller of running code. */
export class CallAdmin {
  readonly #parts: CallAdminParts
  readonly #resources: Resource[] = []
  #requested = 0
  #finished = 0

  constructor(parts: CallAdminParts) {
    this.#parts = parts
    parts.queue?.push(message(ReadyMsg, 0))
  }

  /**
   * Watch an entry or a subtree: its changes come in `_info`. When all watches have told what was there, a ReadyMsg says
   * how many they are; those without `fetch` don't count.
   *
   * @throws {TypeError} If `path` is no path.
   */
  async watch(path: Path, options: WatchOptions = {}): Promise<Handle> {
    const { cls = ChangeMsg, fetch = true, minDepth = 0, maxDepth = 0, coalesce = false } = options
    requireClass(cls, ChangeMsg)
    requireDepth(minDepth, 0, 'minDepth')
    requireDepth(maxDepth, -1, 'maxDepth')
    const params = { path: asPath(path), fetch, minDepth, maxDepth }
    if (params.fetch) this.#requested += 1
    const listen = (event: WatchEvent | TopicEvent): void => {
      if ('ready' in event) {
        this.#ready(params.fetch)
        return
      }
      this.#push(eventMessage(cls, event, event), coalesce ? `${id} ${event.path.join('\0')}` : undefined)
    }
    const { id, answer } = this.#parts.link.ask('watch', params, listen)
    try {
      await answer
    } catch (error) {
      if (params.fetch) this.#requested -= 1
      throw error
    }
    return this.#handle(id)
  }

  /** Hear the messages on a topic; they come in `_info`. In a topic `+` stands for any element, `#` for all that follow. */
  async monitor(
    topic: Path,
    { cls = MQTTmsg, raw = false }: { cls?: Class<MQTTmsg>; raw?: boolean } = {},
  ): Promise<Handle> {
    requireClass(cls, MQTTmsg)
    const { id, answer } = this.#parts.link.ask('monitor', { path: asPath(topic), raw }, (event) => {
      if (!('ready' in event)) this.#push(eventMessage(cls, event, (event as TopicEvent).raw))
    })
    await answer
    return this.#handle(id)
  }

  /**
   * A timer that puts a message into `_info` after a time. `run(delayMs)` starts it anew.
   *
   * @param delayMs 0 or less: it isn't started yet.
   */
  timer(delayMs: number, cls: Class<TimerMsg> = TimerMsg): Timer {
    requireClass(cls, TimerMsg)
    const timer = new Timer((its) => this.#push(message(cls, its)))
    timer.run(delayMs)
    return timer
  }

  /**
   * Run something beside. Its error ends the job; its end ends nothing. It gets `args` and then a signal, which `cancel`
   * aborts: what it does from then on is its own affair.
   */
  spawn<A extends unknown[]>(fn: (...args: [...A, AbortSignal]) => unknown, ...args: A): Handle {
    if (typeof fn !== 'function') throw new TypeError(`a function is to be spawned: it is ${describeValue(fn)}`)
    const controller = new AbortController()
    let runs = true
    const run = async (): Promise<void> => {
      try {
        await fn(...args, controller.signal)
      } catch (error) {
        if (runs) this.#parts.fail(error)
      } finally {
        runs = false
      }
    }
    void run()
    return {
      cancel: () => {
        const did = runs
        runs = false
        controller.abort(new Error('it was cancelled'))
        return Promise.resolve(did)
      },
    }
  }

  /** The value of an entry, undefined if there is none. */
  async get(path: Path): Promise<Json | undefined> {
    return await this.#parts.link.ask('get', { path: asPath(path) }).answer
  }

  /** Write an entry. */
  async set(path: Path, value: Json): Promise<void> {
    await this.#parts.link.ask('set', { path: asPath(path), value: asJson(value) }).answer
  }

  /** Delete an entry. */
  async delete(path: Path): Promise<void> {
    await this.#parts.link.ask('delete', { path: asPath(path) }).answer
  }

  /** Send a message: a value, or with `raw` a text as it is. */
  async send(topic: Path, value: Json, { raw = false }: { raw?: boolean } = {}): Promise<void> {
    const path = asPath(topic)
    if (raw && typeof value !== 'string') {
      throw new TypeError(`a raw message must be a text: it is ${describeValue(value)}`)
    }
    await this.#parts.link.ask('send', raw ? { path, raw: value as string } : { path, value: asJson(value) }).answer
  }

  /** The job runs well: its failures so far are forgotten. */
  async setupDone(): Promise<void> {
    await this.#parts.link.ask('setupDone', {}).answer
  }

  /**
   * Record an error, of the job or of what `path` says, and end the run by throwing.
   *
   * @throws {ErrorRecorded} Always, once it is on record.
   */
  async error(record: JobErrorRecord = {}): Promise<never> {
    const { path, data, subsystem, severity, message, comment } = record
    const its = path === undefined ? path : asPath(path)
    const said = data === undefined ? data : asJson(data)
    // What is undefined isn't sent.
    const params = { subsystem, severity, message, comment, path: its, data: said } as JobErrorRecord
    await this.#parts.link.ask('error', { record: params }).answer
    throw new ErrorRecorded(message ?? 'an error was recorded')
  }

  /** Close this when the job ends, and what was opened last first. It is handed back. */
  openContext<R extends Resource>(resource: R): R {
    this.#resources.push(resource)
    return resource
  }

  /** End this run: it counts neither as a success nor as a failure. */
  cancel(reason = 'the job has ended itself'): void {
    if (typeof reason !== 'string') throw new TypeError(`reason must be a text: it is ${describeValue(reason)}`)
    this.#parts.cancel(reason.slice(0, TEXT_CHARS_MAX))
  }

  /** A daemon: each of its methods is a function that asks it. */
  daemon(name: string): Readonly<Record<string, (...args: Json[]) => Promise<Json | undefined>>> {
    const call =
      (method: string) =>
      async (...args: Json[]): Promise<Json | undefined> =>
        await this.#parts.link.ask('call', { daemon: name, method, args: args.map(asJson) }).answer
    return new Proxy(Object.create(null) as Record<string, ReturnType<typeof call>>, {
      // Who awaits it, or prints it, asks for no method.
      get: (_, method) => (typeof method === 'string' && method !== 'then' ? call(method) : undefined),
    })
  }

  /** The group has changed, or the node takes its leave. Of states that wait only the last is kept. */
  told({ type, msg = null }: RunnerMessage): void {
    const cls = CLASSES[type]
    this.#push(new cls(msg), type === 'DrainMsg' ? undefined : 'state')
  }

  /** The job ends: close what was opened. What fails at it is told to `failed`. */
  async close(failed: (error: Error) => void): Promise<void> {
    for (const resource of this.#resources.splice(0).reverse()) {
      try {
        if (typeof resource[Symbol.asyncDispose] === 'function') await resource[Symbol.asyncDispose]?.()
        else if (typeof resource[Symbol.dispose] === 'function') resource[Symbol.dispose]?.()
        else await resource.close?.()
      } catch (error) {
        failed(toError(error))
      }
    }
  }

  #ready(counts: boolean): void {
    if (!counts) return
    this.#finished += 1
    if (this.#finished === this.#requested) this.#push(message(ReadyMsg, this.#finished))
  }

  #push(what: object, key?: unknown): void {
    const { queue, link } = this.#parts
    if (queue === null) return
    const stalls = queue.dropped === 0
    if (!queue.push(what, key) && stalls) {
      link.log('warn', '_info has stalled: the code does not read it, and what comes from now on is dropped')
    }
  }

  #handle(id: number): Handle {
    let isOver = false
    return {
      cancel: async () => {
        if (isOver) return false
        isOver = true
        this.#parts.link.unlisten(id)
        return (await this.#parts.link.ask('cancel', { of: id }).answer) === true
      },
    }
  }
}

function message<M>(cls: Class<M>, ...args: unknown[]): M & object {
  return new (cls as new (...args: unknown[]) => M & object)(...args)
}

function eventMessage(
  cls: Class<ChangeMsg | MQTTmsg>,
  event: { readonly path: Path; readonly value?: Json },
  msg: unknown,
): object {
  const made = message(cls, msg, event.path)
  return 'value' in event ? Object.assign(made, { value: event.value }) : made
}
