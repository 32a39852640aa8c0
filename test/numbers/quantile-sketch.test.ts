import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { QuantileSketch } from '../../lib/numbers/quantile-sketch.js'

const PARTS = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1]
const sketchOf = (numbers: readonly number[], accuracy = 0.01, bucketsMax = 2048): QuantileSketch => {
  const sketch = new QuantileSketch(accuracy, bucketsMax)
  for (const n of numbers) sketch.add(n)
  return sketch
}
/** The number that has the rank. */
const exactly = (numbers: readonly number[], part: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(part * (numbers.length - 1))] as number
/** How far the worst answer is from the truth, as a part of it; what is too near to zero for that, counts as zero. */
const worst = (sketch: QuantileSketch, numbers: readonly number[]): number =>
  Math.max(
    ...PARTS.map((part) => {
      const truth = exactly(numbers, part)
      const off = Math.abs(sketch.quantile(part) - truth)
      return Math.abs(truth) < 2 ** -1022 ? off : off / Math.abs(truth)
    }),
  )

test('every answer is within the accuracy, whatever the numbers are', () => {
  const any = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(any, fc.constantFrom(0.001, 0.01, 0.1), (numbers, accuracy) => {
      expect(worst(sketchOf(numbers, accuracy, 10_000), numbers)).toBeLessThanOrEqual(accuracy * (1 + 1e-9))
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('also for many: even, with a long tail, below zero', () => {
  const numbers = Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 20_000)
  for (const shape of [
    (n: number) => n,
    (n: number) => Math.exp(n / 1000),
    (n: number) => -(n ** 3),
    (n: number) => n - 10_000,
  ]) {
    const shaped = numbers.map(shape)
    expect(worst(sketchOf(shaped), shaped)).toBeLessThanOrEqual(0.01 * (1 + 1e-9))
  }
})

test('the smallest, the largest and the count are exact, the mean does not overflow', () => {
  const sketch = sketchOf([Number.MAX_VALUE, Number.MAX_VALUE, 3.3])
  expect([sketch.quantile(0), sketch.quantile(1), sketch.count]).toEqual([3.3, Number.MAX_VALUE, 3])
  expect(sketch.mean / Number.MAX_VALUE).toBeCloseTo(2 / 3)
  expect(new QuantileSketch(0.01, 10).quantile(0.5)).toBeNaN()
})

test('memory is bounded: what is nearest to zero loses its accuracy, the rest keeps it', () => {
  const numbers = Array.from({ length: 5000 }, (_, i) => 1.05 ** (i / 5))
  const sketch = sketchOf(numbers, 0.01, 100)
  expect(sketch.toJson().above).toHaveLength(100)
  const truth = exactly(numbers, 0.99)
  expect(Math.abs(sketch.quantile(0.99) - truth) / truth).toBeLessThanOrEqual(0.01)
  expect(sketch.quantile(0.01) / exactly(numbers, 0.01)).toBeGreaterThan(2)
})

test('goes on from what it was, with its own accuracy', () => {
  const [early, late] = [
    [1, -2, 0],
    [5, 7],
  ]
  const kept = JSON.parse(JSON.stringify(sketchOf(early, 0.1).toJson())) as ReturnType<QuantileSketch['toJson']>
  const sketch = QuantileSketch.from(kept, 2048)
  for (const n of late) sketch.add(n)
  expect(sketch).toEqual(sketchOf([...early, ...late], 0.1))
})
