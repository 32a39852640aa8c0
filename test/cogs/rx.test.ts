import { expect, test } from '@jest/globals'
import {
  bufferCount,
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  filter,
  from,
  map,
  mergeMap,
  reduce,
  scan,
  take,
} from 'rxjs'
import { Rx, type RxOptions } from '../../cogs/rx.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

type Options = RxOptions<number, unknown>

/** Numbers through one chain in a train of their own, to its end. */
async function pass(options: Options, ...data: number[]) {
  const rig = testTrain()
  const out = await rig.pass([new Rx<number, unknown>(rig.train, options)], data)
  return { out, dead: rig.dead.map((letter) => letter.data) }
}

/** A running train that is fed by hand. */
async function start(options: Options) {
  const rig = testTrain()
  const supply = new TestSupply<number>(rig.train, {})
  const out: unknown[] = []
  rig.train.line(supply, new Rx<number, unknown>(rig.train, options))
  rig.train.onOutput((output) => out.push(output))
  const ended = rig.train.run({ signals: false })
  await turnOfNode()
  const push = async (...data: number[]) => {
    supply.push(...data)
    await turnOfNode()
  }
  return { rig, supply, out, ended, push }
}

test('what operators give at once belongs to the datum whose turn it is', async () => {
  const operators: Options['operators'] = (source$) =>
    source$.pipe(
      filter((n) => n !== 2),
      mergeMap((n) => (n === 3 ? [3, 30] : [n])),
      scan((sum, n) => sum + n, 0),
    )
  const { supply, out, push } = await start({ operators })
  await push(1, 2, 3)
  expect([out, supply.acknowledged]).toEqual([[1, 4, 34], 3])
})

test('an operator that throws fails its datum alone, and the next meets a new chain', async () => {
  const operators: Options['operators'] = (source$) =>
    source$.pipe(
      map((n) => {
        if (n < 0) throw new RangeError('below 0')
        return n
      }),
    )
  expect(await pass({ operators }, 1, -1, 2)).toEqual({ out: [1, 2], dead: [-1] })
})

test('with origins next a datum is not acknowledged before the output that it went into', async () => {
  const { supply, out, push } = await start({ origins: 'next', operators: (source$) => source$.pipe(bufferCount(3)) })
  await push(1)
  await push(2)
  expect([out, supply.acknowledged]).toEqual([[], 0])
  await push(3)
  expect([out, supply.acknowledged]).toEqual([[[1, 2, 3]], 3])
})

test('operators of time run on the clock of the train', async () => {
  const operators: Options['operators'] = (source$, on) => source$.pipe(debounceTime(100, on))
  const { rig, supply, out, push } = await start({ origins: 'next', operators })
  await push(1, 2)
  rig.clock.advance(99)
  await push(3)
  rig.clock.advance(99)
  expect([out, supply.acknowledged]).toEqual([[], 0])
  rig.clock.advance(1)
  expect([out, supply.acknowledged]).toEqual([[3], 3])
})

test('with origins each the n-th output belongs to the n-th datum', async () => {
  const { rig, supply, out, push } = await start({
    origins: 'each',
    operators: (source$, on) => source$.pipe(delay(100, on)),
  })
  await push(1)
  rig.clock.advance(50)
  await push(2)
  rig.clock.advance(50)
  expect([out, supply.acknowledged]).toEqual([[1], 1])
  rig.clock.advance(50)
  expect([out, supply.acknowledged]).toEqual([[1, 2], 2])
})

test('operators may wait for promises', async () => {
  const operators: Options['operators'] = (source$) => source$.pipe(concatMap((n) => from(Promise.resolve(n * 2))))
  expect(await pass({ origins: 'each', operators }, 1, 2, 3)).toEqual({ out: [2, 4, 6], dead: [] })
})

test('at the end operators give what they have, and what they swallowed is over', async () => {
  const buffer: Options['operators'] = (source$, on) => source$.pipe(bufferTime(1000, on))
  const { supply, out, push, ended } = await start({ origins: 'next', operators: buffer })
  await push(1, 2)
  supply.close()
  await ended
  expect([out, supply.acknowledged]).toEqual([[[1, 2]], 2])
  const none = await start({ origins: 'next', operators: (source$) => source$.pipe(filter(() => false)) })
  await none.push(1)
  expect(none.supply.acknowledged).toBe(0)
  none.supply.close()
  await none.ended
  expect(none.supply.acknowledged).toBe(1)
})

test('several outputs at once come from all that waited', async () => {
  const operators: Options['operators'] = (source$) =>
    source$.pipe(
      bufferCount(2),
      mergeMap(([a = 0, b = 0]) => [a, b, a + b]),
    )
  const { supply, out, push } = await start({ origins: 'next', operators })
  await push(1, 2)
  await push(3)
  expect([out, supply.acknowledged]).toEqual([[1, 2, 3], 2])
})

test('when an operator fails later, all that the chain held fails', async () => {
  const operators: Options['operators'] = (source$, on) =>
    source$.pipe(
      bufferTime(100, on),
      map((batch) => {
        if (batch.length > 1) throw new Error('too many')
        return batch
      }),
    )
  const { rig, push, out } = await start({ origins: 'next', operators })
  await push(1, 2)
  rig.clock.advance(100)
  expect(rig.dead.map(({ data }) => data)).toEqual([1, 2])
  await push(3)
  rig.clock.advance(100)
  expect(out).toEqual([[3]])
})

test('when an operator fails at once, what the chain held fails too', async () => {
  const operators: Options['operators'] = (source$) =>
    source$.pipe(
      map((n) => {
        if (n < 0) throw new Error('below 0')
        return n
      }),
      bufferCount(3),
    )
  const { rig, push } = await start({ origins: 'next', operators })
  await push(1, -1)
  expect(rig.dead.map(({ data }) => data).sort()).toEqual([-1, 1])
})

test('a chain that has completed swallows', async () => {
  expect(await pass({ operators: (source$) => source$.pipe(take(2)) }, 1, 2, 3)).toEqual({ out: [1, 2], dead: [] })
  const { supply, push, out } = await start({
    origins: 'next',
    operators: (source$) => source$.pipe(take(3), bufferCount(2)),
  })
  await push(1, 2, 3, 4)
  expect([out, supply.acknowledged]).toEqual([[[1, 2], [3]], 4])
})

test('an output that comes from no datum is not passed over in silence', async () => {
  const { rig, supply, push, ended } = await start({
    operators: (source$) => source$.pipe(reduce((sum, n) => sum + n, 0)),
  })
  await push(1, 2)
  supply.close()
  await expect(ended).rejects.toThrow(
    'an output of operators must come from a datum (origins: turn): 3 comes from none',
  )
  expect(rig.log.map(({ level }) => level)).toContain('error')
})

test('options that can’t be used are refused', () => {
  const { train } = testTrain()
  expect(() => new Rx(train, { operators: 7 as never })).toThrow('operators must be a function: it is 7')
  expect(() => new Rx(train, { operators: (source$) => source$, origins: 'any' as never })).toThrow(
    'origins must be one of turn, next, each: it is "any"',
  )
})
