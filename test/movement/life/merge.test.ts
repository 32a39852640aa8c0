import { expect, test } from '@jest/globals'
import { Keep, runTrain } from '../../support/engine-kit.js'

async function start(...before: unknown[]) {
  let keep!: Keep
  const rig = await runTrain(({ train }) => [...before, (keep = new Keep(train, {}))])
  return { ...rig, keep }
}

test('merged events are renamed to the new one, which is acknowledged with all of them', async () => {
  const { supply, drain, keep, train, end } = await start()
  supply.push(1)
  supply.push(2, 3)
  keep.merge(3, 6)
  expect(drain.heard).toEqual(['t0>tm1', 't1>tm1', 't2>tm1'])
  drain.flush()
  expect(drain.heard.slice(3)).toEqual(['tm1'])
  expect(supply.acknowledged).toBe(3)
  expect(train.accounts()[1]).toMatchObject({ in: 3, split: 1, out: 1, merged: 3, held: 0 })
  await end()
})

test('an event of which a part went its own way has no end under its old name', async () => {
  const { supply, drain, keep, end } = await start((n: number) => [n, n, n])
  supply.push(1)
  keep.resume([1])
  keep.merge(2, 2) // Two parts of one event: renamed once.
  expect(drain.heard).toEqual(['t0>tm1'])
  drain.flush()
  expect(drain.heard).toEqual(['t0>tm1', 'tm1'])
  expect(supply.acknowledged).toBe(1)
  await end()
})

test('what was merged can be held and merged again', async () => {
  let second!: Keep
  let first!: Keep
  const { supply, drain, end } = await runTrain(({ train }) => [
    (first = new Keep(train, {})),
    (second = new Keep(train, {})),
  ])
  supply.push(1, 2)
  first.merge(2, 3)
  supply.push(4)
  first.resume([4])
  second.merge(2, 7)
  expect(drain.heard).toEqual(['t0>tm1', 't1>tm1', 'tm1>tm2', 't2>tm2'])
  drain.flush()
  expect(drain.heard.slice(4)).toEqual(['tm2'])
  expect(supply.acknowledged).toBe(3)
  await end()
})

test('to merge into null swallows each event under its own name', async () => {
  const { supply, drain, keep, train, end } = await start()
  supply.push(1, 2)
  keep.merge(2, null)
  expect(drain.heard).toEqual(['t0', 't1'])
  expect(train.accounts()[1]).toMatchObject({ swallowed: 2, merged: 0, split: 0, out: 0 })
  await end()
})

test('nothing, what was given back, and what another cog holds can’t be merged', async () => {
  let other!: Keep
  let keep!: Keep
  const { supply, end } = await runTrain(({ train }) => [(other = new Keep(train, {})), (keep = new Keep(train, {}))])
  expect(() => keep.merge(0, 1)).toThrow('merge() needs at least one hold: the list is empty')
  supply.push(1, 2)
  other.resume([1])
  const [mixed, theirs] = [keep.take(), other.take()]
  keep.holds.push(mixed, theirs)
  expect(() => keep.merge(2, 1)).toThrow('merge() of holds of several cogs')
  other.holds.push(theirs)
  other.resume(null)
  keep.holds.push(mixed)
  keep.resume(null)
  keep.holds.push(mixed)
  expect(() => keep.merge(1, 1)).toThrow('given back before')
  await end()
})

test('what can’t be merged as a whole stays held, all of it', async () => {
  const { keep, supply, train, end } = await start()
  supply.push(1, 2)
  const [first, second] = [keep.take(), keep.take()]
  keep.holds.push(second)
  keep.resume(null)
  for (const holds of [
    [first, second],
    [first, first],
  ]) {
    keep.holds.push(...holds)
    expect(() => keep.merge(2, 3)).toThrow('given back before, or is there twice: nothing was merged')
  }
  expect(train.journey?.inFlight.count).toBe(1)
  keep.holds.push(first)
  keep.resume([1])
  expect(train.accounts()[1]).toMatchObject({ in: 2, out: 1, swallowed: 1, merged: 0, held: 0 })
  await end()
})
