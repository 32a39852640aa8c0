import { offsetMsOf, zoneNamed } from '../../lib/time/zone.js'

function start(name: string) {
  const zone = zoneNamed(name)
  return (local: string): string => new Date(zone(Date.parse(`${local}Z`))).toISOString().slice(0, 16)
}

test('counts an offset off', () => {
  expect(start('+05:30')('2026-11-21T10:00')).toBe('2026-11-21T04:30')
  expect(start('UTC')('2026-11-21T10:00')).toBe('2026-11-21T10:00')
})

test('knows summer and winter, on the far side of Greenwich too', () => {
  const [berlin, newYork] = [start('Europe/Berlin'), start('America/New_York')]
  expect([berlin('2026-07-01T12:00'), berlin('2026-12-01T12:00')]).toEqual(['2026-07-01T10:00', '2026-12-01T11:00'])
  expect([newYork('2026-07-01T12:00'), newYork('2026-12-01T12:00')]).toEqual(['2026-07-01T16:00', '2026-12-01T17:00'])
})

test('takes the hour that is there twice for the first, and counts on through the one that is skipped', () => {
  const berlin = start('Europe/Berlin')
  const times = [
    '2026-10-25T01:59',
    '2026-10-25T02:30',
    '2026-10-25T03:00',
    '2026-03-29T01:59',
    '2026-03-29T02:30',
    '2026-03-29T03:00',
  ]
  expect(times.map(berlin)).toEqual([
    '2026-10-24T23:59',
    '2026-10-25T00:30',
    '2026-10-25T02:00',
    '2026-03-29T00:59',
    '2026-03-29T01:30',
    '2026-03-29T01:00',
  ])
})

test('agrees with the zone database at every half hour around a change of clocks', () => {
  const name = 'Australia/Lord_Howe'
  const zone = zoneNamed(name)
  const parts = new Intl.DateTimeFormat('sv', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' })
  for (const start of [Date.UTC(2026, 3, 1), Date.UTC(2026, 9, 1)]) {
    for (let ms = start; ms < start + 8 * 86_400_000; ms += 1_800_000) {
      const shown = parts.format(ms)
      const found = zone(Date.parse(`${shown.replace(' ', 'T')}Z`))
      expect([shown, parts.format(found)]).toEqual([shown, shown])
    }
  }
})

test('reads offsets and the abbreviations of mails and logs', () => {
  const minutes = ['Z', '+0100', '-03:30', '+14', 'GMT', 'pst', 'CEST', 'XYZ', 'constructor'].map(
    (text) => offsetMsOf(text) / 60_000,
  )
  expect(minutes).toEqual([0, 60, -210, 840, 0, -480, 120, NaN, NaN])
})

test('takes the zone of this machine if told so', () => {
  const ms = new Date(2026, 6, 1, 12).getTime()
  expect(zoneNamed('local')(Date.UTC(2026, 6, 1, 12))).toBe(ms)
})

test('refuses a zone that nobody knows', () => {
  expect(() => zoneNamed('Europe/Atlantis')).toThrow('an offset like +01:00 or local: it is "Europe/Atlantis"')
  expect(() => zoneNamed('')).toThrow(RangeError)
})
