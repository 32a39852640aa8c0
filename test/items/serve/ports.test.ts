import { expect, test } from '@jest/globals'
import { openFirst, rangesOf } from '../../../lib/items/serve/ports.js'

const usual = [10_079, 10_090] as const
const none = new Set<number>()

test('what was asked for counts, then where it was, then where nobody is expected', () => {
  const of = (choice: Partial<Parameters<typeof rangesOf>[0]>) =>
    rangesOf({ wanted: undefined, kept: null, usual, avoided: none, ...choice })
  expect(of({})).toEqual([usual])
  expect(of({ kept: 10_100 })).toEqual([[10_100, 10_100], usual])
  expect(of({ wanted: 7, kept: 10_100 })).toEqual([[7, 7]])
  expect(of({ wanted: 0 })).toEqual([[0, 0]])
  expect(of({ wanted: [51_000, 51_009], kept: 10_100 })).toEqual([[51_000, 51_009]])
  expect(of({ wanted: [51_000, 51_009], kept: 51_003 })).toEqual([
    [51_003, 51_003],
    [51_000, 51_009],
  ])
  expect(of({ avoided: new Set([10_090, 10_079, 10_080, 10_085, 9]) })).toEqual([
    [10_081, 10_084],
    [10_086, 10_089],
    usual,
  ])
})

test('the first range with a free port is taken; what is no such failure is thrown at once', async () => {
  const inUse = Object.assign(new Error('in use'), { code: 'ERR_WIRE_IN_USE' })
  const tried: unknown[] = []
  const open = (free: number) => (range: readonly [number, number]) => {
    tried.push(range[0])
    return range[0] === free ? Promise.resolve(free) : Promise.reject(inUse)
  }
  const ranges = [
    [1, 1],
    [2, 5],
    [1, 9],
  ] as const
  expect(await openFirst(ranges, open(2))).toBe(2)
  await expect(openFirst(ranges, open(7))).rejects.toBe(inUse)
  expect(tried).toEqual([1, 2, 1, 2, 1])
  const other = new Error('no such address')
  await expect(openFirst(ranges, () => Promise.reject(other))).rejects.toBe(other)
})
