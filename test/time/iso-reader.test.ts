import fc from 'fast-check'
import { isoReader } from '../../lib/time/iso-reader.js'

const HOUR_MS = 3_600_000

function start() {
  return isoReader((localMs) => localMs - HOUR_MS)
}

test('reads what Date writes, for any time of four digits', () => {
  const read = start()
  const ms = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 })
  fc.assert(
    fc.property(
      ms,
      fc.constantFrom('Z', '+00:00', '-09:30', '+14:00', ''),
      fc.constantFrom('T', ' '),
      (time, end, between) => {
        const text = new Date(time).toISOString().slice(0, -1).replace('T', between)
        const expected = end === '' ? time - HOUR_MS : Date.parse(`${text.replace(' ', 'T')}${end}`)
        expect(read(text + end)).toBe(expected)
      },
    ),
    { numRuns: 3000, seed: 3 },
  )
})

test('reads fractions of any length, behind a point or a comma', () => {
  const read = start()
  const fractions = ['', '.5', ',12', '.123', '.123456', '.000999999']
  expect(fractions.map((fraction) => read(`1970-01-01T00:00:00${fraction}Z`))).toEqual([0, 500, 120, 123, 123, 0])
})

test('knows the days of the calendar, each time anew', () => {
  const read = start()
  const days = [
    '2024-02-29',
    '2026-02-29',
    '2024-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
  ]
  const found = days.map((day) => read(`${day}T00:00:00Z`))
  expect(found).toEqual([1_709_164_800_000, NaN, 1_709_164_800_000, NaN, NaN, NaN, NaN, NaN, -62_167_219_200_000])
})

test('gives NaN for everything else', () => {
  const good = '2026-11-21T10:00:00.5+01:00'
  const read = start()
  expect(read(good)).not.toBeNaN()
  for (let at = 0; at < good.length; at++) {
    expect([at, read(`${good.slice(0, at)}x${good.slice(at + 1)}`)]).toEqual([at, NaN])
    const isWhole = at === 21 || at === 19
    if (!isWhole) expect([at, read(good.slice(0, at))]).toEqual([at, NaN])
  }
  const others = [
    '',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:60:00Z',
    '2026-11-21T10:00:60Z',
    '2026-11-21T10:00:00.Z',
    `${good} `,
    '2026-11-21T10:00:00Zz',
    '2026-11-21T10:00:00+0100',
  ]
  expect(others.map(read)).toEqual(others.map(() => NaN))
})
