import { expect, test } from '@jest/globals'
import type { CallContext } from '../../../lib/items/index.js'
import { currentCall, exposeMethod, Turns } from '../../../lib/items/proxy/methods.js'

const never = new AbortController().signal
const context: CallContext = { signal: never, principal: { kind: 'key', id: 'k' } }

function method(
  run: (...args: never[]) => unknown,
  { params = null, required = 0, turns = null }: Partial<Given> = {},
) {
  const source = {
    name: 'motor.go',
    doc: '',
    params,
    required,
    turns,
    run: (args: readonly unknown[]) => run(...(args as never[])),
  }
  return (args: readonly unknown[] = [], named: Record<string, unknown> = {}, given = context) =>
    exposeMethod(source).call(args, named, given) as Promise<unknown>
}

interface Given {
  readonly params: readonly string[] | null
  readonly required: number
  readonly turns: Turns | null
}

const both = (one: unknown, other: unknown = 'usual') => [one, other]

test('arguments come to their places, also by their names, and a default holds where none came', async () => {
  const go = method(both, { params: ['one', 'other'] })
  expect(await go([1, 2])).toEqual([1, 2])
  expect(await go([1], { OTHER: 2 })).toEqual([1, 2])
  expect(await go([], { other: 2 })).toEqual([null, 2])
  expect(await go([1])).toEqual([1, 'usual'])
  expect(await method(both)([1, 2])).toEqual([1, 2])
})

test.each<[unknown[], Record<string, unknown>, RegExp]>([
  [[1, 2, 3], {}, /motor\.go takes one, other: it was given 3 arguments/],
  [[], { third: 1 }, /motor\.go takes one, other: it was given third/],
  [[1], { one: 1 }, /motor\.go was given one twice/],
  [[], { __proto__x: 1 }, /it was given __proto__x/],
])('the arguments %j and %j are refused', async (args, named, message) => {
  const called = method(both, { params: ['one', 'other'] })(args, named)
  await expect(called).rejects.toThrow(message)
  await expect(called).rejects.toMatchObject({ name: 'TypeError', code: 'ERR_ARGUMENTS' })
})

test('what has to come and does not is refused, with all that the method takes', async () => {
  const go = method(both, { params: ['one', 'other'], required: 1 })
  await expect(go()).rejects.toThrow('motor.go(one, other?) needs one: nothing was given for it')
  await expect(go([], { other: 2 })).rejects.toThrow('needs one')
  expect([await go([null]), await go([], { one: 1 })]).toEqual([
    [null, 'usual'],
    [1, 'usual'],
  ])
})

test('a method that names no arguments takes none by name', async () => {
  await expect(method(both)([], { one: 1 })).rejects.toThrow(/takes no named arguments, as it names none/)
  await expect(method(both, { params: [] })([1])).rejects.toThrow(/motor\.go takes no arguments: it was given 1/)
})

test('a method may have an argument of any name, and timeout is one', async () => {
  expect(await method(both, { params: ['timeout', 'key'] })([], { timeout: 5, key: 1 })).toEqual([5, 1])
})

test('what a method answers must be able to travel', async () => {
  await expect(method(() => ({ run: () => 1 }))()).rejects.toThrow(/the result of motor\.go\.run cannot travel/)
  expect(await method(() => undefined)()).toBeNull()
})

test('the method and its stream know who called', async () => {
  const who = () => currentCall().principal.kind
  const stream = await method(async function* () {
    yield await Promise.resolve(who())
    yield who()
  })()
  expect(await method(who)()).toBe('key')
  expect(await gather(stream)).toEqual(['key', 'key'])
  expect(who()).toBe('uid')
})

test('generators of both kinds are streams, and a list is one value', async () => {
  const one = method(function* () {
    yield 1
    yield undefined
  })
  expect(await gather(await one())).toEqual([1, null])
  expect(await method(() => [1, 2])()).toEqual([1, 2])
})

test('a stream ends with what it throws, also where what it yields cannot travel, and cleans up', async () => {
  const steps: string[] = []
  const stream = await method(async function* () {
    try {
      yield await Promise.resolve(1)
      yield () => 1
    } finally {
      steps.push('clean')
    }
  })()
  await expect(gather(stream)).rejects.toThrow(/what motor\.go yields cannot travel: it is a function/)
  expect(steps).toEqual(['clean'])
})

test('calls in turn wait for each other, in their order, until a stream has ended', async () => {
  const turns = new Turns()
  const steps: string[] = []
  const stream = await method(
    function* () {
      yield 1
    },
    { turns },
  )()
  const call = method(
    async (name: string) => {
      steps.push(`${name} begins`)
      await Promise.resolve()
      steps.push(`${name} ends`)
    },
    { turns },
  )
  const calls = [call(['one']), call(['other'])]
  await Promise.resolve()
  expect(steps).toEqual([])
  await gather(stream)
  await Promise.all(calls)
  expect(steps).toEqual(['one begins', 'one ends', 'other begins', 'other ends'])
})

test('a stream that nobody has begun gives its turn back when it is let go', async () => {
  const turns = new Turns()
  const stream = (await method(
    function* () {
      yield 1
    },
    { turns },
  )()) as AsyncIterable<unknown>
  await stream[Symbol.asyncIterator]().return?.()
  expect(await method(() => 'free', { turns })()).toBe('free')
})

test('a call that is taken back while it waits is not carried out, and those behind it are', async () => {
  const turns = new Turns()
  const ran: string[] = []
  let release: () => void = () => undefined
  const first = method(() => new Promise<void>((resolve) => (release = resolve)), { turns })()
  const run = method((name: string) => void ran.push(name), { turns })
  const controller = new AbortController()
  const second = run(['second'], {}, { ...context, signal: controller.signal })
  const third = run(['third'])
  controller.abort(new Error('taken back'))
  await new Promise(setImmediate)
  release()
  await expect(second).rejects.toThrow('taken back')
  await Promise.all([first, third])
  expect(ran).toEqual(['third'])
})

test('one that fails gives its turn back', async () => {
  const turns = new Turns()
  const fail = method(
    () => {
      throw new RangeError('no')
    },
    { turns },
  )
  await expect(fail()).rejects.toThrow('no')
  expect(await method(() => 1, { turns })()).toBe(1)
})

async function gather(stream: unknown): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const value of stream as AsyncIterable<unknown>) values.push(value)
  return values
}
