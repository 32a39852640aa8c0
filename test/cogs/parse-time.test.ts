import { ParseTime, type ParseTimeOptions } from '../../cogs/parse-time.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: ParseTimeOptions<unknown, unknown> = {}) {
  const { train, clock } = testTrain()
  const cog = new ParseTime<unknown, unknown>(train, options)
  return { cog, clock, compute: (piece: unknown) => cog.compute(piece) }
}

const TEN = '2026-11-21T10:00:00.000Z'

test('writes Unix seconds exactly as Date does', () => {
  const { cog } = start({ formats: ['unix'], getter: itemGetter('ts'), setter: itemSetter('time') })
  let seed = 42
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  for (let i = 0; i < 100_000; i++) {
    const kind = i % 4
    const ts =
      kind === 0
        ? 1.7e9 + i / 1000
        : kind === 1
          ? (random() - 0.5) * 10
          : kind === 2
            ? (random() - 0.5) * 4e9
            : (random() - 0.5) * 1.7e13
    const [out] = cog.turn({ ts }) as { time: string }[]
    if (out?.time !== new Date(ts * 1000).toISOString())
      expect([ts, out?.time]).toEqual([ts, new Date(ts * 1000).toISOString()])
  }
})

test('reads numbers in other units, cutting off what is finer than a millisecond', () => {
  const t = Date.parse(TEN)
  expect(start({ formats: ['unix-ms'] }).compute(t + 0.9)).toBe(TEN)
  expect(start({ formats: ['unix-us'] }).compute(t * 1000 + 999)).toBe(TEN)
  expect(start({ formats: ['unix-ns'] }).compute(BigInt(t) * 1_000_000n + 999_999n)).toBe(TEN)
  expect(start({ formats: ['unix-ns'] }).compute(t * 1e6)).toBe(TEN)
  expect(start({ formats: ['unix'] }).compute(-0.0015)).toBe('1969-12-31T23:59:59.999Z')
})

test('reads digits in text without losing one', () => {
  const { compute } = start({ formats: ['unix'], as: 'ms' })
  expect(['1763719200.129', '1763719200', '-1.5', '0.0009', ' 7 '].map(compute)).toEqual([
    1_763_719_200_129, 1_763_719_200_000, -1500, 0, 7000,
  ])
  expect(start({ formats: ['unix-ns'], as: 'ms' }).compute('1763719200123999999')).toBe(1_763_719_200_123)
  expect(start({ formats: ['unix-us'], as: 'ms' }).compute('12')).toBe(0)
})

test('takes whatever common logs write, without being told', () => {
  const { compute, clock } = start()
  clock.advance(Date.parse('2026-11-21T12:00:00Z') - clock.wall())
  const pieces = [
    '2026-11-21T11:00:00+01:00',
    '2026-11-21 10:00:00,000',
    '21/Nov/2026:11:00:00 +0100',
    'Sat, 21 Nov 2026 10:00:00 GMT',
    'Nov 21 10:00:00',
    'Sat Nov 21 10:00:00 2026',
    Date.parse(TEN) / 1000,
    String(Date.parse(TEN) / 1000),
    new Date(TEN),
  ]
  expect(pieces.map(compute)).toEqual(pieces.map(() => TEN))
})

test('chooses the year of a time without one by the wall clock', () => {
  const { compute, clock } = start({ formats: ['syslog'], aheadMs: 86_400_000 })
  clock.advance(Date.parse('2026-12-31T23:59:50Z') - clock.wall())
  expect(['Dec 31 23:59:49', 'Jan  1 00:00:01', 'Jan  2 00:00:00'].map(compute)).toEqual([
    '2026-12-31T23:59:49.000Z',
    '2027-01-01T00:00:01.000Z',
    '2026-01-02T00:00:00.000Z',
  ])
})

test('reads times that name no zone in the zone that was given', () => {
  const { compute } = start({ zone: 'Europe/Berlin' })
  expect(['2026-07-01 12:00:00', '2026-12-01 12:00:00', '2026-07-01T12:00:00Z'].map(compute)).toEqual([
    '2026-07-01T10:00:00.000Z',
    '2026-12-01T11:00:00.000Z',
    '2026-07-01T12:00:00.000Z',
  ])
})

test('takes the first format that fits, whatever fitted before', () => {
  const { compute } = start({ formats: ['%d/%m/%Y', '%m/%d/%Y'] })
  const days = ['02/01/2026', '01/13/2026', '02/01/2026'].map((text) => String(compute(text)).slice(0, 10))
  expect(days).toEqual(['2026-01-02', '2026-01-13', '2026-01-02'])
})

test('gives milliseconds or a Date of its own if told so', () => {
  expect(start({ as: 'ms' }).compute(TEN)).toBe(Date.parse(TEN))
  expect(Object.is(start({ as: 'ms' }).compute(-0.0001), 0)).toBe(true)
  const { compute } = start({ as: 'date' })
  expect(compute(TEN)).toEqual(new Date(TEN))
  expect(compute(TEN)).not.toBe(compute(TEN))
})

test('puts the result in the place of the text, or where it is told', () => {
  expect(start().cog.turn({ time: TEN.replace('T', ' '), n: 1 })).toEqual([{ time: TEN, n: 1 }])
})

test('says what was tried on a time that no format fits', () => {
  const { compute } = start({ formats: ['iso', 'common'] })
  expect(() => compute('tomorrow')).toThrow('a time must fit one of iso, common: it is "tomorrow"')
  expect(() => compute('')).toThrow('it is ""')
  expect(() => compute(1.5)).toThrow('a time must be text, since no unix format is given: it is 1.5')
  for (const piece of [undefined, null, {}, true])
    expect(() => compute(piece)).toThrow('a time must be text, a number or a Date')
})

test('refuses times beyond those of Date', () => {
  for (const as of ['iso', 'ms', 'date'] as const) {
    for (const piece of [9e12, NaN, Infinity, '9999999999999']) {
      expect(() => start({ as }).compute(piece)).toThrow(/a time must be at most/)
    }
    expect(() => start({ as }).compute(new Date(NaN))).toThrow(/a time must be at most/)
  }
})

test('refuses formats and zones that nobody knows', () => {
  expect(() => start({ formats: ['unix-minutes'] })).toThrow('it is "unix-minutes"')
  expect(() => start({ formats: [] })).toThrow('formats must name at least one format')
  expect(() => start({ zone: 'Mars' })).toThrow('it is "Mars"')
  expect(() => start({ aheadMs: -1 })).toThrow('aheadMs must be at least 0: it is -1')
})
