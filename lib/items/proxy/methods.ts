/** Methods of an object as a store has them: arguments put in their places, calls in turn, results that can travel. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ownPrincipal } from '../model/item-request.js'
import type { CallContext, Method } from '../model/method.js'
import { travelling } from './travelling.js'

const calls = new AsyncLocalStorage<CallContext>()
const noTurn = (): void => undefined

/**
 * Who calls the method that runs now, and a signal that aborts when nobody waits for its answer any more. In a call that
 * came by no transport: the user of this process, and a signal that never aborts.
 *
 * @example
 * const { principal, signal } = currentCall()
 * assert.deepEqual([principal.kind, signal.aborted], ['uid', false])
 */
export function currentCall(): CallContext {
  return calls.getStore() ?? { principal: ownPrincipal, signal: new AbortController().signal }
}

/** What becomes a method of a store. */
export interface MethodSource {
  /** Its path, as `motor.home`. */
  readonly name: string
  readonly doc: string
  /** Null: its arguments can't be named, and as many are taken as come. */
  readonly params: readonly string[] | null
  /** How many of these have to come. */
  readonly required: number
  /** The calls that it waits for; null: it waits for none. */
  readonly turns: Turns | null
  readonly run: (args: readonly unknown[]) => unknown
  /** Told when a call has ended, however it did: a stream ends with its last value. */
  readonly ended?: () => void
}

/** A method for a store: it answers a value, or what it yields as a stream. */
export function exposeMethod({ name, doc, params, required, turns, run, ended }: MethodSource): Method {
  return {
    doc,
    ...(params === null ? {} : { params }),
    call: async (args, named, context) => {
      const placed = placeArguments(name, params, required, args, named)
      const endTurn = turns === null ? noTurn : await turns.take(context.signal)
      const leave = (): void => {
        endTurn()
        ended?.()
      }
      let result: unknown
      try {
        result = await calls.run(context, () => run(placed))
        if (isStream(result)) return travellers(name, result, context, leave)
        return travelling(result, `the result of ${name}`)
      } finally {
        if (!isStream(result)) leave()
      }
    },
  }
}

/** The fault is whoever calls: a code tells it from what the method itself throws. */
function wrongArguments(message: string): TypeError {
  return Object.assign(new TypeError(message), { code: 'ERR_ARGUMENTS' })
}

/**
 * The arguments of a call in their places.
 *
 * @throws {TypeError} ERR_ARGUMENTS if one is unknown, missing, comes twice, or there are too many.
 */
function placeArguments(
  name: string,
  params: readonly string[] | null,
  required: number,
  args: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
): unknown[] {
  const names = Object.keys(named)
  if (params === null) {
    if (names.length === 0) return [...args]
    throw wrongArguments(`${name} takes no named arguments, as it names none: it was given ${names.join(', ')}`)
  }
  const takes = params.length === 0 ? 'takes no arguments' : `takes ${params.join(', ')}`
  if (args.length > params.length) throw wrongArguments(`${name} ${takes}: it was given ${args.length} arguments`)
  const placed = [...args]
  for (const key of names) {
    const place = params.findIndex((param) => param.toLowerCase() === key.toLowerCase())
    if (place < 0) throw wrongArguments(`${name} ${takes}: it was given ${key}`)
    if (place < args.length) throw wrongArguments(`${name} was given ${key} twice: by its place and by its name`)
    placed[place] = named[key]
  }
  const missing = params.slice(0, required).filter((_param, i) => placed[i] === undefined)
  if (missing.length > 0) {
    const signature = params.map((param, i) => (i < required ? param : `${param}?`)).join(', ')
    throw wrongArguments(`${name}(${signature}) needs ${missing.join(' and ')}: nothing was given for it`)
  }
  return Array.from(placed) // A place that was left out is undefined, so that a default holds.
}

type Stream = AsyncIterable<unknown> | Iterable<unknown>

/** What yields one value after the other; a list is one value. */
function isStream(result: unknown): result is Stream {
  if (typeof result !== 'object' || result === null) return false
  return Symbol.asyncIterator in result || (Symbol.iterator in result && 'next' in result)
}

/** The values of a stream, each made in the context of the call; its turn lasts until the stream has ended. */
function travellers(
  name: string,
  source: Stream,
  context: CallContext,
  leave: () => void,
): AsyncIterableIterator<unknown> {
  const iterator = calls.run(context, () =>
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator](),
  )
  // Not a generator: one that was never begun doesn't run what stands in its finally.
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      try {
        const next = (await calls.run(context, () => iterator.next())) as IteratorResult<unknown, unknown>
        if (next.done !== true) return { done: false, value: travelling(next.value, `what ${name} yields`) }
      } catch (error) {
        await this.return?.()
        throw error
      }
      leave()
      return { done: true, value: undefined }
    },
    async return() {
      try {
        await calls.run(context, () => iterator.return?.())
      } finally {
        leave()
      }
      return { done: true, value: undefined }
    },
  }
}

/**
 * Calls that wait for each other, in the order in which they came.
 *
 * @example
 * const turns = new Turns()
 * const leave = await turns.take(currentCall().signal)
 * const next = turns.take(AbortSignal.abort(new Error('taken back')))
 * leave()
 * await assert.rejects(next, /taken back/)
 */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /**
   * Wait until those before have left. Answers how to leave.
   *
   * @throws The reason of the signal if that aborts before: the turn isn't taken then.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    const before = this.#last
    let leave: () => void = () => undefined
    const left = new Promise<void>((resolve) => (leave = resolve))
    this.#last = before.then(() => left)
    await before
    if (signal.aborted) leave()
    signal.throwIfAborted()
    return leave
  }
}
