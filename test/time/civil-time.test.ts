import { CivilTime } from '../../lib/time/civil-time.js'

const utc = (ms: number): number => ms

function start(fields: Readonly<Record<string, string>>, wall = '2026-11-21T12:00Z', aheadMs = 0): string | null {
  const civil = new CivilTime()
  for (const [letter, text] of Object.entries(fields)) civil.take(letter, text)
  const ms = civil.time(utc, () => Date.parse(wall), aheadMs)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

const at = (clock: Readonly<Record<string, string>>) =>
  start({ Y: '2026', m: '1', d: '1', ...clock })?.slice(0, 16) ?? null

test('puts the fields together', () => {
  expect(start({ Y: '2026', b: 'November', d: '21', H: '10', M: '30', S: '05', f: '1239', z: '-0130' })).toBe(
    '2026-11-21T12:00:05.123Z',
  )
  expect(start({ Y: '0050', m: '2', d: '1' })).toBe('0050-02-01T00:00:00.000Z')
  expect([start({ y: '68', m: '1' }), start({ y: '69', m: '1' })].map((time) => time?.slice(0, 4))).toEqual([
    '2068',
    '1969',
  ])
})

test('knows how long a month is', () => {
  const days = [
    '2024-02-29',
    '2026-02-29',
    '2000-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-12-31',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
  ]
  const found = days.map(
    (day) => start({ Y: day.slice(0, 4), m: day.slice(5, 7), d: day.slice(8) })?.slice(0, 10) ?? null,
  )
  expect(found).toEqual(['2024-02-29', null, '2000-02-29', null, null, '2026-12-31', null, null, null])
})

test('counts the days of a year', () => {
  const days = ['001', '060', '365', '366', '000'].map((j) => start({ Y: '2026', j })?.slice(0, 10) ?? null)
  expect(days).toEqual(['2026-01-01', '2026-03-01', '2026-12-31', null, null])
  expect(start({ Y: '2024', j: '366' })?.slice(0, 10)).toBe('2024-12-31')
})

test('knows the hours of both kinds of clocks', () => {
  const halves = [
    { I: '12', p: 'AM' },
    { I: '01', p: 'am' },
    { I: '12', p: 'PM' },
    { I: '11', p: 'PM' },
    { I: '0', p: 'AM' },
    { I: '13', p: 'AM' },
  ]
  expect(halves.map((half) => at(half)?.slice(11, 13) ?? null)).toEqual(['00', '01', '12', '23', null, null])
  expect(at({ H: '24', M: '00' })).toBe('2026-01-02T00:00')
  expect(at({ H: '23', M: '59', S: '60' })).toBe('2026-01-02T00:00')
  expect([at({ H: '24', M: '01' }), at({ H: '25' }), at({ M: '60' }), at({ S: '61' })]).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test('takes a time without a year for the last one, or one a little ahead', () => {
  const of = (b: string, d: string, wall: string, aheadMs = 0) => start({ b, d }, wall, aheadMs)?.slice(0, 10)
  expect(of('Nov', '20', '2026-11-21T12:00Z')).toBe('2026-11-20')
  expect(of('Nov', '22', '2026-11-21T12:00Z')).toBe('2025-11-22')
  expect(of('Nov', '22', '2026-11-21T12:00Z', 86_400_000)).toBe('2026-11-22')
  expect(of('Dec', '31', '2027-01-01T00:00Z')).toBe('2026-12-31')
  expect(of('Jan', '1', '2026-12-31T23:00Z', 86_400_000)).toBe('2027-01-01')
  expect(of('Feb', '29', '2026-11-21T12:00Z')).toBe('2024-02-29')
  expect(of('Feb', '29', '1904-01-01T00:00Z')).toBe('1896-02-29')
})

test('knows English months, whole or short, and no others', () => {
  const months = ['jan', 'MAY', 'Sept', 'december', 'Mai', 'Janu'].map(
    (b) => start({ Y: '2026', b })?.slice(5, 7) ?? null,
  )
  expect(months).toEqual(['01', '05', '09', '12', null, null])
})

test('is no time where the zone is none', () => {
  expect(start({ Y: '2026', Z: 'XYZ' })).toBeNull()
})
