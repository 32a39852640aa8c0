import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ParseSyslog } from '../../cogs/parse-syslog.js'
import { formatSyslog, type SyslogDefaults } from '../../lib/net/syslog-text.js'
import { testTrain } from '../../lib/testing/index.js'

const defaults: SyslogDefaults = {
  ...{ format: 'rfc5424', facility: 'user', severity: 'notice' },
  ...{ hostname: 'web1', appName: 'app' },
} as const
const { train } = testTrain()
const parse = new ParseSyslog(train)
const NOW = Date.UTC(2026, 0, 5, 10, 0, 0)

test('writes what ParseSyslog reads, whatever the fields hold', () => {
  const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
  const data = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), texts, { minKeys: 1 }),
    { minKeys: 1 },
  )
  fc.assert(
    fc.property(fc.nat(23), fc.nat(7), data, texts, (facility, severity, structuredData, message) => {
      fc.pre(!message.startsWith('\ufeff'))
      const text = formatSyslog({ facility, severity, structuredData, message, procId: '7' }, defaults, NOW)
      const got = parse.compute(text)
      expect(got).toMatchObject({ facility, severity, message, hostname: 'web1', appName: 'app', procId: '7' })
      expect(JSON.stringify(got.structuredData)).toBe(JSON.stringify(structuredData))
    }),
  )
})

test('keeps a time that is one, and takes the present for any other', () => {
  const time = (timestamp: string | number | null) =>
    parse.compute(formatSyslog({ message: 'a', timestamp }, defaults, NOW)).timestamp
  expect(time('2003-10-11T22:14:15.003+02:00')).toBe('2003-10-11T22:14:15.003+02:00')
  expect(time(0)).toBe('1970-01-01T00:00:00.000Z')
  expect([time('Nov 21 10:00:00'), time(null), time(NaN)]).toEqual(Array(3).fill('2026-01-05T10:00:00.000Z'))
})

test('writes the old format, too', () => {
  const text = formatSyslog({ message: 'up', procId: '7', severity: 'err' }, { ...defaults, format: 'rfc3164' }, NOW)
  expect(text).toMatch(/^<11>Jan {2}[456] \d\d:\d\d:00 web1 app\[7\]: up$/)
})

test('lets nothing into a header that would end it', () => {
  const text = formatSyslog(
    { message: 'a', appName: 'a b\nc', hostname: '', structuredData: { 'a]b': { 'x="y': '"]\\' } } },
    defaults,
    NOW,
  )
  expect(text).toBe('<13>1 2026-01-05T10:00:00.000Z - a?b?c - - [a?b x??y="\\"\\]\\\\"] a')
})

test('refuses what has no text, and numbers that do not exist', () => {
  expect(() => formatSyslog({}, defaults, 0)).toThrow('a message of syslog must have a text: it is undefined')
  expect(() => formatSyslog({ message: 'a', facility: 24 }, defaults, 0)).toThrow('facility must be a number below 24')
  expect(() => formatSyslog({ message: 'a', severity: 'bad' }, defaults, 0)).toThrow('severity must be')
})
