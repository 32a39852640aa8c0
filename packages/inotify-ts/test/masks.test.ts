import { IN, maskNames } from '../src/masks.js'

test('names bits from the lowest up', () => {
  expect(maskNames(IN.ISDIR | IN.CREATE | IN.ACCESS)).toEqual(['ACCESS', 'CREATE', 'ISDIR'])
})

test('names the highest bit, which JavaScript takes for a sign', () => {
  expect(maskNames(IN.ONESHOT)).toEqual(['ONESHOT'])
  expect(maskNames(IN.ONESHOT | 0)).toEqual(['ONESHOT'])
})

test('shows bits without a name as a number', () => {
  expect(maskNames(IN.OPEN | 0x1000 | 0x8000000)).toEqual(['OPEN', '0x8001000'])
  expect(maskNames(0)).toEqual([])
})

test('gives combined masks as the sum of their parts', () => {
  expect(IN.CLOSE).toBe(IN.CLOSE_WRITE | IN.CLOSE_NOWRITE)
  expect(IN.MOVE).toBe(IN.MOVED_FROM | IN.MOVED_TO)
  expect(maskNames(IN.ALL_EVENTS)).toHaveLength(12)
})
