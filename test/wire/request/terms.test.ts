import { termsOf } from '../../../lib/wire/request/terms.js'

const NOW_MS = 1_000_000
const terms = (payload: Record<string, unknown> | null, skewMs = 0) => termsOf(payload, NOW_MS, skewMs)

test('who says nothing may take as long as it likes', () => {
  expect([terms(null), terms({ value: 1 }), terms({ deadline: null, key: null })]).toEqual(
    Array(3).fill({ deadlineMs: null, key: null }),
  )
})

test('the deadline counts from when the client sent it', () => {
  expect(terms({ time: 999, deadline: 5 }).deadlineMs).toBe(4000)
  expect(terms({ deadline: 5 }).deadlineMs).toBe(5000)
})

test('a clock that is ahead gives no more time than was asked for', () => {
  expect(terms({ time: 2000, deadline: 5 }).deadlineMs).toBe(5000)
})

test('whose time was over when it came is refused, and not a moment before', () => {
  expect(() => terms({ time: 995, deadline: 5 })).toThrow('its time was over 0 ms before it came')
  expect(() => terms({ time: 990, deadline: 5 })).toThrow('its time was over 5000 ms before it came')
  expect(terms({ time: 995.001, deadline: 5 }).deadlineMs).toBeCloseTo(1)
})

test('clocks may differ by as much as is said', () => {
  expect(terms({ time: 995, deadline: 5 }, 1000).deadlineMs).toBe(1000)
  expect(() => terms({ time: 994, deadline: 5 }, 1000)).toThrow(/its time was over/)
})

test('what is no deadline and no key is refused', () => {
  for (const deadline of ['5', -1, NaN, {}])
    expect(() => terms({ deadline })).toThrow(/deadline must be a number of seconds/)
  for (const key of [5, '', 'x'.repeat(257)])
    expect(() => terms({ key })).toThrow(/key must be a text of 1 to 256 characters/)
})
