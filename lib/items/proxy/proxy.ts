/** Proxy: a daemon somewhere else as if it were here. It knows nothing of how the daemon is reached. */
import type { Conversation, MemberPath } from './conversation.js'
import type { Manner, Remote, Steering } from './remote.js'
import { docOf, SCHEMA, STOP, type Schema } from './schema.js'

/** How a proxy asks if nothing else is said. */
export const MANNER: Manner = { timeoutMs: 30_000, signal: null, noReply: false }

/** What every object has and no daemon is asked for. `toString` is told apart. */
const LOCAL = new Set(['constructor', 'prototype', '__proto__', 'valueOf', 'toLocaleString', 'toJSON'])

/**
 * A proxy that asks by a conversation.
 *
 * Every name stands for a path at the daemon, which is asked only when the path is awaited (a GET), called (a CALL) or
 * assigned (a SET). The root is no promise, so that it can be returned from an async function.
 */
export function proxyOf<T extends object>(conversation: Conversation, manner: Manner = MANNER): Remote<T> {
  return memberAt({ conversation, manner, path: [] }) as Remote<T>
}

interface Place {
  readonly conversation: Conversation
  readonly manner: Manner
  readonly path: MemberPath
}

function memberAt(place: Place): unknown {
  const { conversation, manner, path } = place
  const label = `Proxy for ${[conversation.name, ...(path.length === 0 ? [] : [path.join('.')])].join(' ')}`
  const target = (): undefined => undefined // What is to be called must be a function.
  Object.defineProperty(target, 'name', { value: label }) // As consoles show it.
  return new Proxy(target, {
    get: (_target, name) => (typeof name === 'string' ? memberOf(place, name, label) : undefined),
    set(_target, name, value) {
      if (typeof name !== 'string' || name.startsWith('$') || LOCAL.has(name)) return false
      conversation.assign([...path, name], value, manner)
      return true
    },
    apply: (_target, _self, args: unknown[]) => call(place, args),
    deleteProperty: () => false,
    defineProperty: () => false,
  })
}

function memberOf(place: Place, name: string, label: string): unknown {
  const { conversation, manner, path } = place
  if (name === 'toString') return () => label
  if (LOCAL.has(name)) return undefined
  if (name === 'then' || name === 'catch' || name === 'finally') {
    if (path.length === 0) return undefined
    return (...handlers: never[]) => {
      const answer = conversation.get(path, manner)
      return Reflect.apply(Reflect.get(answer, name) as (...handlers: never[]) => unknown, answer, handlers) as unknown
    }
  }
  if (name.startsWith('$')) return Reflect.get(steering(place), name)
  return memberAt({ ...place, path: [...path, name] })
}

/** A promise that is a stream as well, for whoever iterates over it at once: until then nothing has been sent. */
function call({ conversation, manner, path }: Place, args: readonly unknown[]): unknown {
  if (path.length === 0) throw new TypeError(`${conversation.name} is a daemon, and no method: call one of its own`)
  let use: 'call' | 'stream' | null = null
  const answer = new Promise((resolve) => {
    queueMicrotask(() => {
      if (use !== null) return
      use = 'call'
      resolve(conversation.call(path, args, {}, manner))
    })
  })
  const iterate = (): AsyncIterator<unknown> => {
    if (use !== null)
      throw new TypeError(`iterate over ${path.join('.')}() where it is called: it has been asked for one answer`)
    use = 'stream'
    return conversation.stream(path, args, {}, manner)[Symbol.asyncIterator]()
  }
  return Object.assign(answer, { [Symbol.asyncIterator]: iterate })
}

/** What a proxy has of its own. */
function steering(place: Place): Steering<Record<string, unknown>> {
  const { conversation, manner } = place
  const at = (path: string): MemberPath => [...place.path, ...path.split('.')]
  const change = (other: Partial<Manner>) =>
    memberAt({ ...place, manner: { ...manner, ...other } }) as Remote<Record<string, unknown>>
  const schema = async () => (await conversation.get([SCHEMA], manner, true)) as Schema
  return {
    async $stop() {
      await conversation.call([STOP], [], {}, manner)
    },
    $close: () => conversation.close(),
    $with: change,
    $timeout: (timeoutMs) => change({ timeoutMs }),
    $noReply: () => change({ noReply: true }),
    $get: (path, { refresh = false } = {}) => conversation.get(at(path), manner, refresh) as never,
    $set: (path, value) => conversation.set(at(path), value, manner) as never,
    $call: (path, args, named = {}) => conversation.call(at(path), args, named, manner),
    $stream: (path, args, named = {}) => conversation.stream(at(path), args, named, manner),
    $watch: (path, listener) => conversation.watch(at(path), listener as never),
    $schema: schema,
    $doc: async (path = '') => docOf(await schema(), [...place.path, ...(path === '' ? [] : [path])].join('.')),
    get $state() {
      return conversation.state
    },
    $on: (event, listener) => conversation.on(event, listener),
  }
}
