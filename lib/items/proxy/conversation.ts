/** What a proxy asks a daemon, by paths: its assignments before everything that follows them, its errors as they were thrown. */
import { randomUUID } from 'node:crypto'
import { ClosedError, toError } from '../../errors/index.js'
import type { AskOptions } from '../model/item-request.js'
import type { CallOptions, Link, LinkState, OnceOptions } from '../model/link.js'
import type { Manner, ProxyEvents } from './remote.js'
import { revive, type ErrorClass } from './revive.js'
import { travelling } from './travelling.js'

/** Names of members from the outermost in. */
export type MemberPath = readonly string[]

/** Whom a conversation is with. */
export interface ConversationOptions {
  /** As messages name it: NAME:HOST:PORT. */
  readonly name: string
  readonly link: Link
  /** Which errors may come out of it as they went in. */
  readonly errors: ReadonlyMap<string, ErrorClass>
  /** Let go of the link. */
  readonly close: () => void | Promise<void>
}

type Named = Readonly<Record<string, unknown>>
type Listeners = { readonly [E in keyof ProxyEvents]: Set<(...about: ProxyEvents[E]) => void> }

/** The one side of what passes between a proxy, with all that were made of it, and a daemon. */
export class Conversation {
  readonly name: string
  readonly #link: Link
  readonly #errors: ReadonlyMap<string, ErrorClass>
  readonly #close: () => void | Promise<void>
  readonly #assignments = new Set<Promise<void>>()
  readonly #listeners: Listeners = { error: new Set(), state: new Set() }
  #failures: Error[] = []
  #isClosed = false

  constructor({ name, link, errors, close }: ConversationOptions) {
    this.name = name
    this.#link = link
    this.#errors = errors
    this.#close = close
    link.onState((state) => {
      for (const listener of [...this.#listeners.state]) listener(state)
    })
  }

  get state(): LinkState {
    return this.#link.state
  }

  async get(path: MemberPath, manner: Manner, refresh = false): Promise<unknown> {
    await this.#settle()
    const { value } = await this.#revived(this.#link.get(keyOf(path), { ...onceOf(manner), refresh }))
    return value
  }

  async set(path: MemberPath, value: unknown, manner: Manner): Promise<unknown> {
    const sent = travelling(value, path.join('.'))
    await this.#settle()
    return this.#set(path, sent, manner)
  }

  /**
   * Set it and go on: what is asked next waits for it.
   *
   * @throws {TypeError} If the value can't travel.
   */
  assign(path: MemberPath, value: unknown, manner: Manner): void {
    const assignment = this.#set(path, travelling(value, path.join('.')), manner).then(
      () => undefined,
      (thrown: unknown) => {
        const error = toError(thrown)
        this.#failures.push(error)
        for (const listener of [...this.#listeners.error]) listener(error, path.join('.'))
      },
    )
    this.#assignments.add(assignment)
    void assignment.then(() => this.#assignments.delete(assignment))
  }

  async call(path: MemberPath, args: readonly unknown[], named: Named, manner: Manner): Promise<unknown> {
    const [sent, sentNamed] = argumentsOf(path, args, named)
    await this.#settle()
    const options: CallOptions = { ...onceOf(manner), noReply: manner.noReply }
    return this.#revived(this.#link.call(keyOf(path), sent, sentNamed, options))
  }

  async *stream(
    path: MemberPath,
    args: readonly unknown[],
    named: Named,
    manner: Manner,
  ): AsyncGenerator<unknown, void, undefined> {
    const [sent, sentNamed] = argumentsOf(path, args, named)
    await this.#settle()
    try {
      yield* this.#link.stream(keyOf(path), sent, sentNamed, limitsOf(manner))
    } catch (error) {
      throw revive(error, this.#errors)
    }
  }

  watch(
    path: MemberPath,
    listener: (value: unknown, timeMs: number, about: { readonly missed: number; readonly isStale: boolean }) => void,
  ): () => void {
    return this.#link.subscribe(keyOf(path), ({ value, time, isStale = false }, missed) =>
      listener(value, time * MS_PER_S, { missed, isStale }),
    )
  }

  on<E extends keyof ProxyEvents>(event: E, listener: (...about: ProxyEvents[E]) => void): () => void {
    this.#listeners[event].add(listener)
    return () => void this.#listeners[event].delete(listener)
  }

  /** @throws What went wrong with assignments and was told to nobody. */
  async close(): Promise<void> {
    await Promise.all(this.#assignments)
    this.#isClosed = true
    await this.#close()
    this.#throwFailures()
  }

  #set(path: MemberPath, value: unknown, manner: Manner): Promise<unknown> {
    const options = { ...onceOf(manner), wait: !manner.noReply }
    return this.#revived(this.#link.set(keyOf(path), value, options))
  }

  /** Assignments come first, so that what is asked after them sees them; one that failed is told to who asks. */
  async #settle(): Promise<void> {
    if (this.#assignments.size > 0) await Promise.all(this.#assignments)
    this.#throwFailures()
    if (this.#isClosed) throw new ClosedError(`the proxy for ${this.name} was closed: connect again`)
  }

  #throwFailures(): void {
    const [failure, ...others] = this.#failures
    this.#failures = []
    if (others.length > 0) throw new AggregateError([failure, ...others], `${others.length + 1} assignments failed`)
    if (failure !== undefined) throw failure
  }

  async #revived<A>(answer: Promise<A>): Promise<A> {
    try {
      return await answer
    } catch (error) {
      throw revive(error, this.#errors)
    }
  }
}

const MS_PER_S = 1000

function keyOf(path: MemberPath): string {
  return path.join('.').toLowerCase()
}

/** What is asked is sent again where the connection breaks: the key tells the daemon that it is the same. */
function onceOf(manner: Manner): OnceOptions {
  return { ...limitsOf(manner), key: randomUUID() }
}

function limitsOf({ timeoutMs, signal }: Manner): AskOptions {
  return { deadlineMs: timeoutMs === Infinity ? null : timeoutMs, ...(signal === null ? {} : { signal }) }
}

function argumentsOf(path: MemberPath, args: readonly unknown[], named: Named): [unknown[], Record<string, unknown>] {
  const what = path.join('.')
  const sent = args.map((arg, i) => travelling(arg, `argument ${i + 1} of ${what}`))
  while (args[sent.length - 1] === undefined && sent.length > 0) sent.pop() // So that a default holds.
  const entries = Object.entries(named).filter(([, value]) => value !== undefined)
  const sentNamed = entries.map(([name, value]) => [name, travelling(value, `argument ${name} of ${what}`)])
  return [sent, Object.fromEntries(sentNamed) as Record<string, unknown>]
}
