import { expect, test } from '@jest/globals'
import { Cog, one, type Hold, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { Keep, lineOf, ManualDrain, runTrain } from '../../support/engine-kit.js'

/** Calls a function of its train for each datum. */
class Calls extends Cog<number> {
  on: (data: number, train: Calls['train']) => Turn<number> = (data) => [data]

  turn(data: number): Turn<number> {
    return this.on(data, this.train)
  }

  get kit(): Calls['train'] {
    return this.train
  }
}

async function start() {
  let calls!: Calls
  let keep!: Keep
  const rig = await runTrain(({ train }) => [(calls = new Calls(train, {})), (keep = new Keep(train, {}))])
  return { ...rig, calls, keep }
}

async function startSingle() {
  let calls!: Calls
  const rig = await runTrain(({ train }) => [(calls = new Calls(train, {}))])
  return { ...rig, calls }
}

test('what a nested resume gives is acknowledged with its own event, not with the turn it came in', async () => {
  const { supply, drain, calls, keep, end } = await start()
  supply.push(1)
  // In the turn of 2, which is swallowed, 1 goes on to the drain.
  calls.on = () => {
    keep.resume([10])
    return null
  }
  supply.push(2)
  expect(drain.taken).toEqual([10])
  expect(supply.acknowledged).toBe(1) // The second ticket alone.
  expect(drain.heard).toEqual(['t1'])
  drain.flush()
  expect(supply.acknowledged).toBe(2)
  expect(drain.heard).toEqual(['t1', 't0'])
  await end()
})

test('output before a nested resume belongs to the outer event', async () => {
  const { supply, drain, calls, end } = await startSingle()
  const holds: Hold<number>[] = []
  calls.on = (data, train) => {
    if (data === 1) {
      holds.push(train.hold(data))
      return null
    }
    return (function* () {
      yield data // Reaches the drain first, then 1 comes in between.
      const [hold] = holds
      if (hold) train.resume(hold, [10])
    })()
  }
  supply.push(1)
  supply.push(2)
  expect(drain.taken).toEqual([2, 10])
  expect(drain.heard).toEqual([])
  drain.flush(1)
  expect(drain.heard).toEqual(['t1'])
  drain.flush(2)
  expect(drain.heard).toEqual(['t1', 't0'])
  await end()
})

test('an event that runs out of holds in its own first passage is over once, when the passage is', async () => {
  const { supply, drain, calls, end } = await startSingle()
  calls.on = (data, train) => {
    train.resume(train.hold(data), null)
    expect(drain.heard).toEqual([])
    return [data] // A sibling still goes on. It counts as shared only if share() was called.
  }
  supply.push(1)
  expect(drain.heard).toEqual([])
  drain.flush()
  expect(drain.heard).toEqual(['t0'])
  expect(supply.acknowledged).toBe(1)
  await end()
})

test('the end of an event waits for the part of it that went on when it was shared', async () => {
  const { supply, drain, calls, end } = await startSingle()
  let hold!: Hold<number>
  calls.on = (data, train) => {
    hold = train.share(data)
    return [data]
  }
  supply.push(1)
  calls.kit.resume(hold, null)
  expect(drain.heard).toEqual([])
  drain.flush()
  expect(drain.heard).toEqual(['t0'])
  await end()
})

test('several results are numbered as one event, and all of them must be written', async () => {
  const { supply, drain, end } = await runTrain(() => [(n: number) => [n, n, n]])
  supply.push(1, 2)
  drain.flush(5)
  expect([supply.acknowledged, drain.heard]).toEqual([0, []])
  drain.flush(6)
  expect([supply.acknowledged, drain.heard]).toEqual([2, ['t0', 't1']])
  await end()
})

test('a generator that fails between siblings loses none of those before, and is named itself', async () => {
  const many = function* (n: number): Generator<number> {
    yield n
    yield n + 1
    throw new Error('no more')
  }
  const after = (n: number): number[] => [n]
  const { supply, drain, dead, train, end } = await runTrain(() => [many, after])
  supply.push(1)
  expect(drain.taken).toEqual([1, 2])
  expect(dead).toMatchObject([{ cog: 'many', id: 't0', data: 1 }])
  expect(train.accounts()[1]).toMatchObject({ cog: 'many', in: 1, split: 2, out: 2, swallowed: 0, diverted: 1 })
  await end()
})

test('a generator may hold between siblings', async () => {
  const { supply, drain, calls, train, end } = await startSingle()
  const holds: Hold<number>[] = []
  calls.on = function* (data) {
    yield data
    holds.push(calls.kit.share(-data))
    yield data
  } as (data: number) => Turn<number>
  supply.push(1)
  expect(train.accounts()[1]).toMatchObject({ cog: 'Calls', in: 1, split: 2, out: 2, held: 1, swallowed: 0 })
  calls.kit.resume(holds[0] as Hold<number>, [7])
  expect(drain.taken).toEqual([1, 1, 7])
  await end()
})

test.each([
  ['a string', 'ab', /it gave "ab"/],
  ['a number', 7, /it gave 7/],
  ['a promise', Promise.resolve([1]), /a turn gave a promise/],
])('%s returned from a turn fails that datum with a TypeError', async (_name, result, message) => {
  const { supply, dead, end } = await runTrain(() => [() => result])
  supply.push(1)
  expect(dead[0]?.error.cause).toBeInstanceOf(TypeError)
  expect(dead[0]?.error.message).toMatch(message)
  expect(supply.acknowledged).toBe(1)
  await end()
})

test('a string given to resume fails the held datum', async () => {
  const { supply, keep, dead, train, end } = await start()
  supply.push(1)
  keep.resume('ab')
  expect(dead).toMatchObject([{ cog: 'Keep', data: 1 }])
  expect(train.accounts()[2]).toMatchObject({
    cog: 'Keep',
    in: 1,
    out: 0,
    split: 0,
    swallowed: 0,
    held: 0,
    diverted: 1,
  })
  await end()
})

test('to hold outside of a turn is refused, as is to hold after an await', async () => {
  const { supply, calls, end } = await startSingle()
  expect(() => calls.kit.hold(1)).toThrow('hold() outside of a turn: call it before the first await')
  expect(() => calls.kit.id()).toThrow('id() outside of a turn')
  let late: unknown
  calls.on = (data, train) => {
    void Promise.resolve().then(() => {
      try {
        train.hold(data)
      } catch (error) {
        late = error
      }
    })
    return null
  }
  supply.push(1)
  await turnOfNode()
  expect(late).toMatchObject({ code: 'ERR_TRAIN' })
  await end()
})

test('a hold is given back once', async () => {
  const { supply, keep, calls, end } = await start()
  supply.push(1)
  const hold = keep.take()
  calls.kit.resume(hold, null)
  expect(() => calls.kit.resume(hold, [1])).toThrow('a hold was given back twice: resume, reject or merge it once')
  expect(() => calls.kit.reject(hold, new Error('no'))).toThrow('twice')
  await end()
})

test('to hold in a cog that gives at once fails that datum alone', async () => {
  const { supply, drain, dead, end } = await runTrain(({ train }) => {
    const calls = new Calls(train, {})
    return [Object.assign((n: number) => [n], { one: (n: number) => (calls['train'].hold(n), n) })]
  })
  supply.push(1)
  expect(dead[0]?.error.message).toMatch(/hold\(\) in a cog that gives at once: write turn\(\) instead/)
  expect(drain.taken).toEqual([])
  await end()
})

test('what is held in a cog that gives at once is not booked to a cog before it that may hold', async () => {
  const { supply, dead, train, end } = await runTrain(({ train }) => {
    const calls = new Calls(train, {})
    const pass = one((n: number) => n)
    const holds = Object.assign((n: number) => [n], { one: (n: number) => (calls['train'].hold(n), n) })
    return [(n: number) => [n], pass, holds]
  })
  supply.push(1)
  expect(dead[0]?.error).toMatchObject({ cog: 'function#3' })
  expect(train.accounts().map(({ held, diverted }) => [held, diverted])).toContainEqual([0, 1])
  expect(train.accounts().every(({ held }) => held === 0)).toBe(true)
  await end()
})

test('a rejected datum is diverted with what the supply can still say of it', async () => {
  class Remembers extends TestSupply<number> {
    override original(_ticket: unknown, k: number): Uint8Array {
      return Buffer.from(`line ${k}`)
    }
  }
  const { train, dead } = testTrain()
  const supply = new Remembers(train, {})
  const keep = new Keep(train, {})
  lineOf(train.line, supply, keep, new ManualDrain(train))
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(5, 6)
  keep.reject(new Error('first'))
  keep.reject('second')
  expect(dead).toMatchObject([
    { id: 't0', cog: 'Keep', data: 5, original: Buffer.from('line 0') },
    { id: 't1', cog: 'Keep', data: 6, original: Buffer.from('line 1') },
  ])
  supply.close()
  await running
})

test('begin within a passage, and end of another ticket, are refused', async () => {
  const { supply, calls, dead, train, end } = await startSingle()
  calls.on = () => {
    supply.push(9)
    return null
  }
  supply.push(1)
  expect(dead[0]?.error.message).toMatch(/begin\(\) within a passage/)
  const { journey } = train
  const ticket = journey?.open({ acknowledge: () => undefined }, null, 0, 0)
  expect(() => ticket && journey?.end(ticket)).toThrow('end() of a ticket whose passage this is not')
  await end()
})

test('a train within a train: the inner one may be fed from a turn of the outer', async () => {
  const inner = await runTrain(() => [(n: number) => [n * 10]])
  const outer = await runTrain(() => [
    (n: number) => {
      inner.supply.push(n)
      return [n]
    },
  ])
  outer.supply.push(1, 2)
  expect([inner.drain.taken, outer.drain.taken]).toEqual([
    [10, 20],
    [1, 2],
  ])
  expect([inner.drain.heard, outer.drain.heard]).toEqual([[], []])
  await outer.end()
  await inner.end()
  expect([inner.supply.acknowledged, outer.supply.acknowledged]).toEqual([2, 2])
})
