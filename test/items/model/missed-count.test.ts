import { MissedCount } from '../../../lib/items/model/missed-count.js'

test('what is missed is counted, and told at once and then once a minute', () => {
  let now = 5
  const told: unknown[] = []
  const log = { warn: (fields: object, text: string) => void told.push([fields, text]) }
  const missed = new MissedCount({ esc: { now: () => now }, log, text: (count) => `${count} never came` })
  expect(missed.total).toBe(0)
  missed.add(3)
  missed.add(4)
  now += 59_999
  missed.add(5)
  expect(told).toEqual([[{ missed: 3, total: 3 }, '3 never came']])
  now += 1
  missed.add(1)
  expect(told.slice(1)).toEqual([[{ missed: 10, total: 13 }, '10 never came']])
  expect(missed.total).toBe(13)
})
