import { TIME_FORMATS, timeReader } from '../../lib/time/pattern.js'

function start(format: string) {
  const read = timeReader(format, { zone: (ms) => ms, wall: () => Date.UTC(2026, 10, 21, 12), aheadMs: 0 })
  return (...texts: string[]) =>
    texts.map((text) => (Number.isNaN(read(text)) ? null : new Date(read(text)).toISOString()))
}

const TEN = '2026-11-21T10:00:00.000Z'

test('reads ISO 8601 and RFC 3339 as programs write them', () => {
  const read = start('iso')
  expect(
    read(
      '2026-11-21T10:00:00Z',
      '2026-11-21T11:00:00+01:00',
      '2026-11-21 10:00:00',
      '2026-11-21 11:00:00 +0100',
      '20261121T100000Z',
      '2026-11-21T10:00',
      ' 2026-11-21t10:00:00.000000z ',
    ),
  ).toEqual(Array(7).fill(TEN))
  expect(read('2026-11-21 10:00:00,123', '2026-11-21T10:00:00.123987654-00:30', '2026-11-21')).toEqual([
    '2026-11-21T10:00:00.123Z',
    '2026-11-21T10:30:00.123Z',
    '2026-11-21T00:00:00.000Z',
  ])
  expect(read('2026-11-31', '2026-11-21T25:00:00Z', '2026-11-21T10:00:00 CET x', '')).toEqual([null, null, null, null])
})

test("reads the times of Apache's and nginx's access logs", () => {
  expect(start('common')('21/Nov/2026:11:00:00 +0100', '[21/Nov/2026:10:00:00 +0000]')).toEqual([TEN, TEN])
})

test('reads the dates of mails and of HTTP', () => {
  const texts = [
    'Sat, 21 Nov 2026 11:00:00 +0100',
    'Sat, 21 Nov 2026 02:00:00 -0800 (PST)',
    '21 Nov 2026 10:00 GMT',
    'Sat, 21 Nov 2026 05:00:00 EST',
  ]
  expect(start('rfc2822')(...texts)).toEqual(Array(4).fill(TEN))
})

test('reads the times of syslog, with and without a year', () => {
  const texts = ['Nov 21 10:00:00', 'Nov 21 2026 10:00:00', 'Nov 21 10:00:00.000 UTC:']
  expect(start('syslog')(...texts, 'Jan  1 00:00:00')).toEqual([TEN, TEN, TEN, '2026-01-01T00:00:00.000Z'])
})

test("reads what date(1) prints and Apache's error log has", () => {
  const texts = ['Sat Nov 21 10:00:00 2026', 'Sat Nov 21 10:00:00 UTC 2026', '[Sat Nov 21 10:00:00.000123 2026]']
  expect(start('asctime')(...texts)).toEqual([TEN, TEN, TEN])
})

test('reads by a pattern', () => {
  expect(start('%Y/%m/%d %H:%M:%S')('2026/11/21 10:00:00')).toEqual([TEN])
  expect(start('%D %I:%M %p')('11/21/26 10:00 AM')).toEqual([TEN])
  expect(start('%F   %T.%f %z')('2026-11-21 11:00:00.0009 +01')).toEqual([TEN])
  expect(start('%Y.%j')('2026.325', '2026x325')).toEqual(['2026-11-21T00:00:00.000Z', null])
  expect(start('(%A) 100%% %e. %B %Y')('(Saturday) 100% 21. November 2026')).toEqual(['2026-11-21T00:00:00.000Z'])
  expect(start('%%T %F')('%T 2026-11-21')).toEqual(['2026-11-21T00:00:00.000Z'])
})

test('refuses what is neither a name nor a pattern of a day', () => {
  const names = TIME_FORMATS.join(', ')
  expect(() => start('iso8601')).toThrow(`one of ${names} or a pattern with a day and a month: it is "iso8601"`)
  expect(() => start('%F %Q')).toThrow('a pattern without %Q: it is "%F %Q"')
  for (const format of ['%H:%M', '%d', '%F %', 'constructor', '%%d %m']) expect(() => start(format)).toThrow(RangeError)
})
