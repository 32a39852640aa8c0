import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DeadbeatError } from '../../../lib/errors/index.js'
import { Sets } from '../../../lib/items/model/sets.js'
import type { ItemRequest } from '../../../lib/items/index.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

/** A queue whose SETs end when they are let. */
function start(reqSet?: (request: ItemRequest) => unknown) {
  const clock = new ManualClock()
  const begun: ItemRequest[] = []
  const ends: (() => void)[] = []
  const published: unknown[] = []
  const sets = new Sets<number>(new Escapement({ clock }), {
    ...{
      key: 'level',
      isSettable: true,
      isOwnReqSet: true,
      check: Number,
      validate: (value) => (value === null ? null : value * 10),
    },
    reqSet:
      reqSet ??
      ((request) => {
        begun.push(request)
        return new Promise<void>((resolve) => ends.push(resolve))
      }),
    publish: (value) => published.push(value),
  })
  const end = async (): Promise<void> => {
    ends.shift()?.()
    await turnOfNode()
  }
  return { clock, sets, begun, published, end }
}

test('one is carried out after the other, checked and validated, and what holds is published', async () => {
  const { sets, begun, published, end } = start()
  const both = [sets.run('1', {}), sets.run('2', { principal: { kind: 'anonymous' } })]
  await turnOfNode()
  expect([begun.map(({ value }) => value), published]).toEqual([[10], []])
  await end()
  expect([begun.map(({ value }) => value), published]).toEqual([[10, 20], [10]])
  await end()
  expect([await Promise.all(both.map(async (one) => await one)), published]).toEqual([
    [10, 20],
    [10, 20],
  ])
  expect(begun.map(({ type, principal }) => [type, principal.kind])).toEqual([
    ['SET', 'uid'],
    ['SET', 'anonymous'],
  ])
})

test('one whose deadline passes while it waits is told at once and not carried out', async () => {
  const { clock, sets, begun, end } = start()
  const first = sets.run(1, {})
  const late = sets.run(2, { deadlineMs: 100 })
  const third = sets.run(3, { deadlineMs: 500 })
  await turnOfNode()
  clock.advance(100)
  await expect(late).rejects.toMatchObject({ code: 'ERR_DEADLINE', message: /while it waited: it is not carried out/ })
  await end()
  await end()
  expect([await first, await third, begun.map(({ value }) => value)]).toEqual([10, 30, [10, 30]])
  expect(begun[1]?.deadlineMs).toBe(400)
})

test('one that its caller takes back while it waits is not carried out', async () => {
  const { sets, begun, end } = start()
  const caller = new AbortController()
  const first = sets.run(1, {})
  const second = sets.run(2, { signal: caller.signal })
  await turnOfNode()
  const reason = new Error('gone')
  caller.abort(reason)
  await expect(second).rejects.toBe(reason)
  await end()
  expect([await first, begun.length]).toEqual([10, 1])
})

test('one that is under way when its deadline passes hears of it, and those behind wait for its end', async () => {
  const { clock, sets, begun, published, end } = start()
  const late = sets.run(1, { deadlineMs: 100 })
  const second = sets.run(2, {})
  await turnOfNode()
  clock.advance(100)
  await expect(late).rejects.toMatchObject({ code: 'ERR_DEADLINE', message: /what comes of it is not known/ })
  expect([begun.length, begun[0]?.signal.aborted]).toEqual([1, true])
  await end()
  expect(published).toEqual([10])
  await end()
  expect(await second).toBe(20)
})

test('what is thrown says whether the value or the setting of it was at fault; errors of ours stay', async () => {
  const own = new DeadbeatError('ERR_CONFIG', 'ours')
  const thrown = [new RangeError('too high'), new Error('no power'), own]
  const { sets, published } = start(() => Promise.reject(thrown.shift() ?? own))
  await expect(sets.run(1, {})).rejects.toMatchObject({ code: 'ERR_ITEM_VALUE', message: 'cannot set level: too high' })
  await expect(sets.run(1, {})).rejects.toMatchObject({ code: 'ERR_ITEM_SET', message: 'cannot set level: no power' })
  await expect(sets.run(1, {})).rejects.toBe(own)
  expect(published).toEqual([])
})

test('the value that is answered holds, also null; nothing answered means the one that was asked for', async () => {
  const answers = [5, null, undefined]
  const { sets, published } = start(() => answers.shift())
  expect([await sets.run(1, {}), await sets.run(1, {}), await sets.run(1, {})]).toEqual([5, null, 10])
  expect(published).toEqual([5, null, 10])
})

test('however long each takes and whichever fails, they are carried out in the order in which they came', async () => {
  const work = fc.array(fc.record({ turns: fc.nat(3), fails: fc.boolean() }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(work, async (works) => {
      const order: number[] = []
      const { sets, published } = start(async ({ value }) => {
        const { turns, fails } = works[Number(value) / 10] ?? { turns: 0, fails: false }
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        order.push(Number(value) / 10)
        if (fails) throw new Error('no')
      })
      const told = await Promise.allSettled(works.map(async (_, i) => await sets.run(i, {})))
      expect(order).toEqual(works.map((_, i) => i))
      expect(told.map(({ status }) => status === 'rejected')).toEqual(works.map(({ fails }) => fails))
      expect(published).toEqual(works.flatMap(({ fails }, i) => (fails ? [] : [i * 10])))
    }),
  )
})

test('one whose deadline passes while it is validated is not carried out', async () => {
  const clock = new ManualClock()
  let validated: (value: number) => void = () => undefined
  const carriedOut: unknown[] = []
  const sets = new Sets<number>(new Escapement({ clock }), {
    ...{
      key: 'level',
      isSettable: true,
      isOwnReqSet: true,
      check: Number,
      validate: () => new Promise((resolve) => (validated = resolve)),
    },
    reqSet: ({ value }) => void carriedOut.push(value),
    publish: () => undefined,
  })
  const late = sets.run(1, { deadlineMs: 100 })
  await turnOfNode()
  clock.advance(100)
  validated(1)
  await expect(late).rejects.toThrow('while it waited: it is not carried out')
  await turnOfNode()
  expect(carriedOut).toEqual([])
})

test('what can be done at once is answered at once, or refused by a throw', () => {
  const { sets, published } = start(({ value }) => (value === 20 ? Promise.resolve() : undefined))
  expect([sets.run(1, {}), published]).toEqual([10, [10]])
  expect(() => sets.run(1, { deadlineMs: 0 })).toThrow('while it waited: it is not carried out')
  const refusing = start(() => {
    throw new RangeError('too high')
  }).sets
  for (let i = 0; i < 2; i++) expect(() => refusing.run(1, {})).toThrow('cannot set level: too high')
  expect(sets.run(2, {})).toBeInstanceOf(Promise)
  expect([sets.run(3, {}), published]).toEqual([expect.any(Promise), [10]])
})

test('one that is asked for while another is carried out at once waits for its end', async () => {
  const order: string[] = []
  let inner: unknown
  const { sets } = start(({ value }) => {
    order.push(`begin ${String(value)}`)
    if (value === 10) inner = sets.run(2, {})
    order.push(`end ${String(value)}`)
  })
  expect(sets.run(1, {})).toBe(10)
  expect([inner, order]).toEqual([expect.any(Promise), ['begin 10', 'end 10']])
  expect([await inner, order.slice(2)]).toEqual([20, ['begin 20', 'end 20']])
  expect(sets.run(3, {})).toBe(30)
})

test('whoever gives up waiting is let go, however long the one before takes', async () => {
  const { clock, sets, begun, end } = start()
  const first = sets.run(1, {})
  const late = [2, 3].map(async (value) => await sets.run(value, { deadlineMs: 100 }))
  const last = sets.run(4, {})
  expect(sets.waiting).toBe(3)
  clock.advance(100)
  expect((await Promise.allSettled(late)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(sets.waiting).toBe(1)
  await end()
  await end()
  expect([await first, await last, sets.waiting, begun.map(({ value }) => value)]).toEqual([10, 40, 0, [10, 40]])
})
