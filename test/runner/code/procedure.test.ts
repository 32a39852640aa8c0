import { getEventListeners } from 'node:events'
import { expect, test } from '@jest/globals'
import type { HostedCode } from '../../../lib/runner/code/hosted-code.js'
import { ModuleLoader } from '../../../lib/runner/code/module-loader.js'
import { Procedure } from '../../../lib/runner/code/procedure.js'

function procedure(js: string, more: Partial<HostedCode> = {}): Procedure {
  const rest = { vars: [], default: {}, requires: [], modules: {}, hash: '' }
  return new Procedure({ path: 'a.b', js, mode: 'sync', ...rest, ...more }, new Map(), new ModuleLoader())
}

test('a call gives code its inputs by position and by name', () => {
  const add = procedure('return a + b + c', { vars: ['a', 'b'], default: { c: 100 } })
  expect([add.call([1, 2]), add.call([1], { b: 3 }), add.call([], { a: 1, b: 1, c: 1 })]).toEqual([103, 104, 3])
})

test('of mode sync the result is there at once, of async it is a promise', async () => {
  expect(procedure('return 1').call()).toBe(1)
  await expect(procedure('await null; return 1', { mode: 'async' }).call()).resolves.toBe(1)
})

test('calls share nothing but what they are given', () => {
  const count = procedure('var n = typeof n === "number" ? n + 1 : 1; return n')
  expect([count.call(), count.call()]).toEqual([1, 1])
})

test('a module that is not required cannot be had', () => {
  expect(() => procedure('_require("x")').call()).toThrow("code a.b doesn't require the module x: it requires none")
})

test('a signal reaches the code', async () => {
  const controller = new AbortController()
  const wait = procedure('return new Promise((_, reject) => signal.onabort = () => reject(signal.reason))', {
    mode: 'async',
  })
  const running = wait.call([], {}, { signal: controller.signal }) as Promise<unknown>
  controller.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
})

test('a thread gets inputs and gives back what it returns or throws, with its stored line', async () => {
  const thread = { mode: 'thread', vars: ['n'] } as const
  const outcomes = await Promise.allSettled([
    procedure('return [n]', thread).call([1]),
    procedure('const m = n\nreturn m + 1', thread).call([1]),
    procedure('\n throw new RangeError("no " + n)', thread).call([1]),
    procedure('return () => 1', thread).call([1]),
    procedure('process.exit(7)', thread).call([1]),
    procedure('throw undefined', thread).call([1]),
  ] as Promise<unknown>[])
  expect(outcomes[1]).toEqual({ status: 'fulfilled', value: 2 })
  expect(outcomes[2]).toMatchObject({
    reason: { message: 'no 1', stack: expect.stringContaining('code:a.b:2:8') },
  })
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.status : String(one.reason)))).toEqual([
    'fulfilled',
    'fulfilled',
    'RangeError: no 1',
    expect.stringMatching(/^Error: \(\) => 1 could not be cloned/),
    'Error: the thread of code a.b has ended with 7 before it returned',
    'Error: undefined',
  ])
})

test('a thread that does not end is ended by the signal', async () => {
  const controller = new AbortController()
  const running = procedure('for (;;);', { mode: 'thread' }).call(
    [],
    {},
    { signal: controller.signal },
  ) as Promise<unknown>
  const outcome = expect(running).rejects.toThrow('enough')
  controller.abort(new Error('enough'))
  await outcome
})

test('a signal that is there for many calls remembers none of them', async () => {
  const { signal } = new AbortController()
  expect(await procedure('return 1', { mode: 'thread' }).call([], {}, { signal })).toBe(1)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
