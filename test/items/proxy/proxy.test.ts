import { expect, test } from '@jest/globals'
import { inspect } from 'node:util'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Store } from '../../../lib/items/index.js'
import { Conversation } from '../../../lib/items/proxy/conversation.js'
import { expose, type Exposed } from '../../../lib/items/proxy/exposed.js'
import { proxyOf } from '../../../lib/items/proxy/proxy.js'
import type { Remote } from '../../../lib/items/proxy/remote.js'
import { errorClasses } from '../../../lib/items/proxy/revive.js'
import { STOP } from '../../../lib/items/proxy/schema.js'
import { StoreLink } from '../../support/store-link.js'

class Motor {
  speed = 1
  home(): string {
    return 'home'
  }
}

class Messages {
  static readonly exposed = {
    counter: {},
    list: {},
    when: { doc: 'When it began.' },
    motor: { nested: { speed: {}, home: {} } },
    insert: { doc: 'Queue a message.', params: ['message', 'times'] },
    count: {},
    later: {},
    timeout: {},
  } satisfies Exposed<Messages>
  #counter = 0
  list: string[] = []
  motor = new Motor()
  hidden = 1
  get counter(): number {
    return this.#counter
  }
  set counter(value: number) {
    if (value > 100) throw new RangeError(`counter must be at most 100: it is ${value}`)
    this.#counter = value
  }
  get when(): Date {
    return new Date(0)
  }
  insert(message: string, times = 1): string {
    for (let i = 0; i < times; i++) this.list.push(message)
    return 'Message received!'
  }
  *count(to: number): Generator<number> {
    for (let i = 1; i <= to; i++) yield i
  }
  async later(): Promise<Date> {
    return await Promise.resolve(new Date(1))
  }
  timeout(timeout: number): number {
    return timeout
  }
}

function start() {
  const store = new Store('messages', new Escapement({ clock: new ManualClock() }))
  const messages = new Messages()
  expose(store, messages)
  let isStopped = false
  store.methods.set(STOP, { doc: '', call: () => (isStopped = true) })
  const link = new StoreLink(store)
  const close = () => void (link.isClosed = true)
  const conversation = new Conversation({ name: 'messages:localhost:51000', link, errors: errorClasses(), close })
  const d: Remote<Messages> = proxyOf<Messages>(conversation)
  return { d, link, messages, isStopped: () => isStopped }
}

test('methods are called, attributes read and set', async () => {
  const { d, messages } = start()
  expect(await d.insert('hello')).toBe('Message received!')
  expect(await d.insert('again', 2)).toBe('Message received!')
  expect(await d.list).toEqual(['hello', 'again', 'again'])
  d.counter = 10
  expect(await d.$get('counter')).toBe(10)
  expect(await d.$set('counter', 11)).toBe(11)
  expect(messages.counter).toBe(11)
  expect(await d.$get('counter')).toBe(11)
  expect(await d.$call('insert', [], { message: 'named' })).toBe('Message received!')
})

test('paths lead into parts', async () => {
  const { d } = start()
  expect(await d.motor.home()).toBe('home')
  d.motor.speed = 3
  expect(await d.motor.$get('speed')).toBe(3)
  expect(await d.$set('motor.speed', 4)).toBe(4)
  expect(await d.$get('motor.speed')).toBe(4)
})

test('dates arrive as text, and types say so', async () => {
  const { d } = start()
  const when: string = await d.later()
  expect([when, await d.when]).toEqual(['1970-01-01T00:00:00.001Z', '1970-01-01T00:00:00.000Z'])
})

test('what the class has no type for, or does not show, is refused by the compiler', async () => {
  const { d } = start()
  // @ts-expect-error It is a number.
  expect(() => (d.counter = () => 1)).toThrow(/counter cannot travel: it is a function/)
  // @ts-expect-error There is no such method.
  await expect(Reflect.apply(d.unknown, d, [])).rejects.toThrow('no unknown')
  // @ts-expect-error A message is a text.
  await d.insert(1)
  // @ts-expect-error What it answers is no number.
  const answer: number = await d.insert('x')
  expect(answer).toBe('Message received!')
})

test('the proxy is no promise, and what consoles ask of it asks no daemon', async () => {
  const { d, link } = start()
  expect(await Promise.resolve(d)).toBe(d)
  expect(String(d)).toBe('Proxy for messages:localhost:51000')
  expect(String(d.motor)).toBe('Proxy for messages:localhost:51000 motor')
  expect(inspect(d)).toContain('Proxy for messages:localhost:51000')
  expect(JSON.stringify({ d })).toBe('{}')
  for (const name of ['then', 'constructor', 'prototype', '__proto__', 'toJSON', Symbol.iterator, Symbol.toPrimitive])
    expect(Reflect.get(d, name)).toBeUndefined()
  expect(Object.keys(d)).toEqual([])
  expect(link.asked).toEqual([])
})

test('a proxy cannot be called itself, nor changed in what is its own', () => {
  const { d } = start()
  expect(() => (d as unknown as () => void)()).toThrow(/messages:localhost:51000 is a daemon, and no method/)
  for (const name of ['$timeout', 'constructor', '__proto__', Symbol('s')]) expect(Reflect.set(d, name, 1)).toBe(false)
  expect(Reflect.deleteProperty(d, 'counter')).toBe(false)
  expect(Reflect.defineProperty(d, 'counter', { value: 1 })).toBe(false)
})

test('promises of attributes may be caught and raced', async () => {
  const { d } = start()
  const hidden = d as unknown as Record<string, Promise<unknown>>
  expect(await hidden['hidden']!.catch((error: unknown) => String(error))).toMatch(/no item hidden/)
  expect(await Promise.all([d.counter, d.motor.speed])).toEqual([0, 1])
  const steps: string[] = []
  await hidden['counter']!.finally(() => steps.push('over'))
  expect(steps).toEqual(['over'])
})

test('what follows an assignment sees it', async () => {
  const { d, link } = start()
  let open: (value?: unknown) => void = () => undefined
  link.gate = new Promise((resolve) => (open = resolve))
  d.counter = 5
  const read = d.$get('counter')
  await new Promise(setImmediate)
  expect(link.asked.map(({ what }) => what)).toEqual(['set'])
  open()
  expect(await read).toBe(5)
})

test('a failed assignment is told by the next question, which is not asked, and as an event', async () => {
  const { d, link } = start()
  const heard: unknown[] = []
  const stop = d.$on('error', (error, path) => heard.push([path, error.message]))
  d.counter = 101
  await expect(d.insert('after')).rejects.toThrow(/counter.*100/)
  expect(link.asked.map(({ what }) => what)).toEqual(['set'])
  expect(heard).toEqual([['counter', expect.stringMatching(/100/)]])
  expect(await d.$get('counter')).toBe(0)
  stop()
  d.counter = 102
  d.counter = 103
  await expect(d.$close()).rejects.toThrow('2 assignments failed')
  expect([heard.length, link.isClosed]).toEqual([1, true])
})

test('a stream is iterated where it is called', async () => {
  const { d, link } = start()
  const values: number[] = []
  for await (const value of d.count(3)) values.push(value)
  expect(values).toEqual([1, 2, 3])
  const some: unknown[] = []
  for await (const value of d.$stream('count', [2])) some.push(value)
  expect(some).toEqual([1, 2])
  expect(link.asked.map(({ what }) => what)).toEqual(['stream', 'stream'])
})

test('a call that was made is no stream any more', async () => {
  const { d } = start()
  const call = d.insert('x')
  await call
  expect(() => (call as unknown as AsyncIterable<unknown>)[Symbol.asyncIterator]()).toThrow(
    /iterate over insert\(\) where it is called/,
  )
})

test('a call is sent though nobody waits for it', async () => {
  const { d, messages } = start()
  void d.insert('x')
  await new Promise(setImmediate)
  expect(messages.list).toEqual(['x'])
})

test('each call has its own key, and all have deadlines', async () => {
  const { d, link } = start()
  const { signal } = new AbortController()
  await d.insert('one')
  await d.insert('other')
  await d.$timeout(2000).insert('x')
  await d.$timeout(Infinity).$noReply().insert('x')
  await d.$with({ signal }).motor.home()
  await d.$timeout(5).$get('counter', { refresh: true })
  await d.$noReply().$set('counter', 1)
  const calls = link.asked.map(({ options }) => options)
  expect(calls).toMatchObject([
    ...[{ deadlineMs: 30_000, noReply: false }, { deadlineMs: 30_000 }, { deadlineMs: 2000 }],
    ...[{ deadlineMs: null, noReply: true }, { signal }, { deadlineMs: 5, refresh: true }, { wait: false }],
  ])
  expect(new Set(calls.slice(0, 5).map(({ key }) => key)).size).toBe(5)
})

test('arguments that cannot travel are refused before anything is sent', async () => {
  const { d, link } = start()
  await expect(d.insert((() => 1) as never)).rejects.toThrow(/argument 1 of insert cannot travel: it is a function/)
  await expect(d.$call('insert', [], { message: 1n, times: Symbol('s') })).rejects.toThrow(/argument times of insert/)
  expect(link.asked).toEqual([])
})

test('an argument that is left out at the end leaves its default, and timeout is an argument as any other', async () => {
  const { d, messages } = start()
  await d.insert('x', undefined)
  expect(messages.list).toEqual(['x'])
  expect(await d.timeout(7)).toBe(7)
})

test('the proxy has the documentation and the schema', async () => {
  const { d } = start()
  expect(await d.$doc('insert')).toBe('Queue a message.')
  expect(await d.$doc()).toContain('insert(message, times): Queue a message.')
  expect(await d.motor.$doc()).toBe('motor.speed\nmotor.home(…)')
  const { name, methods } = await d.$schema()
  expect([name, methods.length]).toEqual(['messages', 5])
})

test('values are watched, states told, and the daemon stopped', async () => {
  const { d, link, isStopped } = start()
  const heard: unknown[] = []
  const stop = d.$watch('counter', (value, _timeMs, { missed }) => heard.push([value, missed]))
  d.$on('state', (state) => heard.push(state))
  await d.$set('counter', 5)
  stop()
  await d.$set('counter', 6)
  link.go('lost')
  expect(heard).toEqual([[5, 0], 'lost'])
  expect(d.$state).toBe('connected')
  await d.$stop()
  await d.$close()
  expect([isStopped(), link.isClosed]).toEqual([true, true])
})
