/** Carries the requests of the wire out on a store: GET and SET on its items, CALL on its methods. */
import { describeValue } from '../../errors/index.js'
import { audited, type Rights, type WriteAudit } from '../../rights/index.js'
import type { Answer, Payload, ServerRequest } from '../../wire/index.js'
import type { Block } from '../daemon/block.js'
import { andThen } from '../model/and-then.js'
import { beforeSet } from '../model/before-set.js'
import { ItemError } from '../model/item-error.js'
import type { Item } from '../model/item.js'
import { maskSecrets } from '../model/mask-secrets.js'
import type { Reading } from '../model/reading.js'
import { isSameValue } from '../model/same-value.js'
import type { Store } from '../model/store.js'
import { BuiltinTargets } from './builtin-targets.js'
import { carried } from './carried.js'
import { targetOf } from './target.js'

/** What answers are made from. */
export interface StoreAnswersOptions {
  readonly store: Store
  readonly block: () => Block
  readonly rights: Rights
  /** Told of so many publications that a subscriber says have never come. */
  readonly missed?: ((count: number) => void) | undefined
  /** Asked first, before items and methods; undefined: it has nothing to do with that target. */
  readonly targets?: ((request: ServerRequest) => Answer | Promise<Answer> | undefined) | undefined
  /** Waits, where an item wants that, until the value that it was set to is safe; then the SET is answered. */
  readonly saved?: ((item: Item) => Promise<void> | undefined) | undefined
  /** Where each SET and each CALL is written down, with who asked and how it ended. */
  readonly audit?: WriteAudit | undefined
}

/** The answers of a store. */
export class StoreAnswers {
  readonly #options: StoreAnswersOptions
  readonly #builtin: BuiltinTargets

  constructor(options: StoreAnswersOptions) {
    this.#options = options
    this.#builtin = new BuiltinTargets(options)
  }

  /**
   * The answer to a request.
   *
   * @throws {ItemError} ERR_TARGET, ERR_NO_ITEM, ERR_NO_METHOD, and what the item or the method throws.
   * @throws {ForbiddenError} If whoever asks may not.
   */
  answer(request: ServerRequest): Answer | Promise<Answer> {
    const own = this.#options.targets?.(request)
    if (own !== undefined) return own
    const { store } = this.#options
    const name = store.name.toLowerCase()
    const target = targetOf(request.target)
    if (target.store !== name && !(target.store === '' && target.key === '_hash')) {
      throw new ItemError(
        'ERR_TARGET',
        `this daemon serves ${name}, and ${describeValue(request.target)} is of another store`,
      )
    }
    const builtin = this.#builtin.answer(target, request)
    if (builtin !== null) return builtin
    switch (request.type) {
      case 'GET':
        return this.#get(target.key, request)
      case 'SET':
        return this.#set(target.key, request)
      case 'CALL':
        return this.#call(target.key, request)
    }
  }

  #get(key: string, request: ServerRequest): Payload | Promise<Payload> {
    this.#require('read', key, request) // First: what there is is not told to everybody.
    const item = this.#options.store.item(key)
    const refresh = request.payload?.['refresh'] === true
    const told = ({ value, time, isStale }: Reading): Payload => {
      const answer = { value: carried(item.asShown(value)), time }
      return isStale === true ? { ...answer, stale: true } : answer
    }
    const ready = item.readNow(refresh)
    if (ready !== null) return told(ready)
    const { signal, deadlineMs, principal } = request
    return item.read({ refresh, signal, deadlineMs, principal }).then(told)
  }

  #set(key: string, request: ServerRequest): Payload | Promise<Payload> {
    const { value } = request
    if (!this.#options.store.has(key)) this.#require('set', key, request)
    const item = this.#options.store.item(key)
    const act = (): unknown => {
      this.#require('set', key, request)
      if (value === undefined) {
        const rule = `a SET of ${key} must have a value, or bytes with shape and dtype`
        throw new ItemError('ERR_ITEM_VALUE', `${rule}: it has none`)
      }
      return andThen(item.setNow(value, request), (accepted) => andThen(this.#options.saved?.(item), () => accepted))
    }
    const maySet = (): boolean => this.#options.rights.may(request.principal, 'set', this.#path(key))
    const values = (): object => ({ ...beforeSet(item, maySet()), asked: item.asShown(value) })
    // What another value than the asked one says of it is told in a field of ours: the Python client reads nothing here.
    return andThen(
      this.#audited('set', key, request, values, act, (one) => item.asShown(one)),
      (accepted) =>
        isSameValue(accepted, value) ? { value: true } : { value: true, accepted: carried(item.asShown(accepted)) },
    )
  }

  #call(name: string, request: ServerRequest): Answer | Promise<Answer> {
    const { payload } = request
    const args = payload?.['args'] ?? []
    const named = payload?.['named'] ?? {}
    const act = (): unknown => {
      this.#require('call', name, request)
      const method = this.#options.store.method(name)
      if (!Array.isArray(args)) throw new TypeError(`args must be a list: it is ${describeValue(args)}`)
      if (!isObject(named)) throw new TypeError(`named must be an object: it is ${describeValue(named)}`)
      const { signal, principal } = request
      return method.call(args as unknown[], named, { signal, principal })
    }
    const asked = (): object => ({ asked: maskSecrets({ args, named }) })
    return andThen(this.#audited('call', name, request, asked, act), (answer) =>
      isStream(answer) ? payloads(answer) : { value: carried(answer) },
    )
  }

  /** Do it, and write down who did what where that is wanted. */
  #audited(
    right: 'set' | 'call',
    key: string,
    { principal, client }: Pick<ServerRequest, 'principal' | 'client'>,
    values: () => object,
    act: () => unknown,
    after?: (answer: unknown) => unknown,
  ): unknown {
    const { audit } = this.#options
    if (audit === undefined) return act()
    const from = `connection ${Buffer.from(client, 'latin1').toString('hex')}`
    return audited(audit, { principal, from, right, path: this.#path(key), ...values() }, act, after)
  }

  #require(right: 'read' | 'set' | 'call', key: string, { principal }: Pick<ServerRequest, 'principal'>): void {
    this.#options.rights.require(principal, right, this.#path(key))
  }

  #path(key: string): string {
    return `${this.#options.store.name.toLowerCase()}.${key}`
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}

/** A payload for each value, and what the generator returned as the last. */
async function* payloads(values: AsyncIterable<unknown>): AsyncGenerator<Payload, Payload> {
  const iterator = values[Symbol.asyncIterator]()
  let isOver = false
  try {
    for (;;) {
      const next = (await iterator.next()) as IteratorResult<unknown, unknown>
      if (next.done === true) {
        isOver = true
        return next.value === undefined ? {} : { value: carried(next.value) }
      }
      yield { value: carried(next.value) }
    }
  } finally {
    if (!isOver) await iterator.return?.() // Nobody wants the rest.
  }
}
