import { expect, test } from '@jest/globals'
import { JointLookup } from '../../lib/net/joint-lookup.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'

function start(concurrencyMax = 2) {
  const pending: { key: string; answer: (answer: string) => void; refuse: (error: Error) => void }[] = []
  const heard: unknown[] = []
  const lookup = new JointLookup<string, number>({
    concurrencyMax,
    lookUp: (key) => {
      if (key === 'bad') throw new Error('thrown at once')
      return new Promise((answer, refuse) => void pending.push({ key, answer, refuse }))
    },
    answered: (key, answer, waiters) => heard.push([key, answer, waiters]),
    failed: (key, error, waiters) => heard.push([key, (error as Error).message, waiters]),
  })
  return { lookup, pending, heard, keys: () => pending.map(({ key }) => key) }
}

test('those who want the same key hear one answer, in the order in which they asked', async () => {
  const { lookup, pending, heard } = start()
  for (const [key, waiter] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    lookup.ask(key, waiter)
  expect([pending.length, lookup.size]).toEqual([2, 2])
  pending[0]?.answer('A')
  pending[1]?.refuse(new Error('away'))
  await turnOfNode()
  expect(heard).toEqual([
    ['a', 'A', [1, 3]],
    ['b', 'away', [2]],
  ])
  expect(lookup.size).toBe(0)
})

test('what is over is asked anew', async () => {
  const { lookup, pending, keys } = start()
  lookup.ask('a', 1)
  pending[0]?.answer('A')
  await turnOfNode()
  lookup.ask('a', 2)
  expect(keys()).toEqual(['a', 'a'])
})

test('no more are under way than allowed, and failures make room too', async () => {
  const { lookup, pending, keys } = start(1)
  for (const key of ['a', 'b', 'c']) lookup.ask(key, 0)
  expect(keys()).toEqual(['a'])
  pending[0]?.refuse(new Error('away'))
  await turnOfNode()
  expect(keys()).toEqual(['a', 'b'])
  pending[1]?.answer('B')
  await turnOfNode()
  expect(keys()).toEqual(['a', 'b', 'c'])
})

test('a look-up that throws at once is heard of after the question', async () => {
  const { lookup, heard } = start()
  lookup.ask('bad', 1)
  expect(heard).toEqual([])
  await turnOfNode()
  expect(heard).toEqual([['bad', 'thrown at once', [1]]])
})

test('who was taken back hears nothing, and the queue is never asked', async () => {
  const { lookup, pending, heard, keys } = start(1)
  for (const [key, waiter] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const)
    lookup.ask(key, waiter)
  expect(lookup.takeBack()).toEqual([1, 3, 2])
  expect(lookup.size).toBe(0)
  pending[0]?.answer('A')
  await turnOfNode()
  expect(keys()).toEqual(['a'])
  expect(heard).toEqual([['a', 'A', []]])
})
