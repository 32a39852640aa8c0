import { expect, test } from '@jest/globals'
import { iterableOf } from '../../../lib/movement/life/results.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

test('whatever can be gone through is a result: lists, sets, generators', () => {
  const generator = (function* () {
    yield 1
  })()
  expect([[2], new Set([3]), generator].flatMap((results) => [...iterableOf(results)])).toEqual([2, 3, 1])
})

test.each([
  ['a string', 'ab', 'it gave "ab"'],
  ['a number', 7, 'it gave 7'],
  ['true', true, 'it gave true'],
  ['an object', { a: 1 }, 'it gave {"a":1}'],
])('%s is a TypeError that says what was given', (_name, results, message) => {
  expect(() => iterableOf(results)).toThrow(TypeError)
  expect(() => iterableOf(results)).toThrow(message)
})

test('a promise is a TypeError that says what to do, and its own rejection stays quiet', async () => {
  expect(() => iterableOf(Promise.reject(new Error('late')))).toThrow(
    'a turn gave a promise: make the cog an async function, or say `ordered`, so that order is kept',
  )
  await turnOfNode() // An unhandled rejection would end the process here.
})
