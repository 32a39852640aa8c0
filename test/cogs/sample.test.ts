import { expect, test } from '@jest/globals'
import { Sample, type SampleOptions } from '../../cogs/sample.js'
import { testTrain } from '../../lib/testing/index.js'

const make = (options: SampleOptions) => new Sample<number>(testTrain().train, options)
const drawn = (sample: Sample<number>, from: number, to: number): number[] => {
  const found: number[] = []
  for (let n = from; n < to; n++) if (sample.turn(n) !== null) found.push(n)
  return found
}

test('one of so many goes through, the first', () => {
  expect(drawn(make({ every: 3 }), 0, 10)).toEqual([0, 3, 6, 9])
  expect(drawn(make({}), 0, 3)).toEqual([0, 1, 2])
})

test('each goes through with its probability, the same for the same seed', () => {
  for (const probability of [0.1, 0.5, 0.9]) {
    const found = drawn(make({ probability, seed: 7 }), 0, 100_000)
    expect(Math.abs(found.length - probability * 100_000)).toBeLessThan(1000)
    expect(drawn(make({ probability, seed: 7 }), 0, 1000)).toEqual(found.filter((n) => n < 1000))
    expect(drawn(make({ probability, seed: 8 }), 0, 1000)).not.toEqual(found.filter((n) => n < 1000))
  }
  expect(drawn(make({ probability: 0 }), 0, 1000)).toEqual([])
})

test('over a restart it goes on where it was', () => {
  const options = { every: 3, probability: 0.5 }
  const whole = drawn(make(options), 0, 200)
  const before = make(options)
  const found = drawn(before, 0, 100)
  const after = make(options)
  after.restore(JSON.parse(JSON.stringify(before.snapshot())) as never)
  expect([...found, ...drawn(after, 100, 200)]).toEqual(whole)
})

test('options are checked at once', () => {
  expect(() => make({ every: 0 })).toThrow('every must be at least 1: it is 0')
  expect(() => make({ probability: 1.1 })).toThrow('probability must be from 0 to 1: it is 1.1')
})
