import { ParseRegex, type ParseRegexOptions } from '../../cogs/parse-regex.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: ParseRegexOptions<unknown>) {
  const { train, esc, log } = testTrain()
  return { cog: new ParseRegex<unknown>(train, options), train, esc, log }
}

const SSHD =
  /^(?<verb>Accepted|Failed) \w+ for (?:invalid user )?(?<user>\S*) from (?<ip>\S+) port (?<port>\d+)(?: (?<protocol>\w+))?/

test("gives the named groups of sshd's lines, and leaves out those that took no part", () => {
  const { cog } = start({ pattern: SSHD })
  expect(cog.turn('Failed password for invalid user admin from 2001:db8::7 port 50022 ssh2')).toEqual([
    { verb: 'Failed', user: 'admin', ip: '2001:db8::7', port: '50022', protocol: 'ssh2' },
  ])
  const [bare] = cog.turn('Accepted publickey for root from 192.0.2.7 port 22') as object[]
  expect(Object.keys(bare ?? {})).toEqual(['verb', 'user', 'ip', 'port'])
})

test("gives the named groups of nginx's combined log", () => {
  const pattern =
    '^(?<ip>\\S+) \\S+ (?<user>\\S+) \\[(?<time>[^\\]]+)\\] "(?<request>(?:[^"\\\\]|\\\\.)*)" (?<status>\\d{3}) (?<bytes>\\d+|-) "(?<referer>[^"]*)" "(?<agent>[^"]*)"$'
  const line =
    '192.0.2.44 - - [21/Nov/2026:10:00:00 +0100] "GET /a\\"b HTTP/1.1" 404 153 "https://www.example.org/" "Mozilla/5.0 (X11; Linux x86_64)"'
  expect(start({ pattern }).cog.turn(line)).toEqual([
    {
      ip: '192.0.2.44',
      user: '-',
      time: '21/Nov/2026:10:00:00 +0100',
      request: 'GET /a\\"b HTTP/1.1',
      status: '404',
      bytes: '153',
      referer: 'https://www.example.org/',
      agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    },
  ])
})

test('matches every time from the start, also with flags that remember', () => {
  const { cog } = start({ pattern: /A(?<n>\d)/giy })
  expect([cog.turn('a1'), cog.turn('a2'), cog.turn('a3')]).toEqual([[{ n: '1' }], [{ n: '2' }], [{ n: '3' }]])
})

test('does with a mismatch what it was told', () => {
  const pattern = /^(?<n>\d+)$/
  expect(() => start({ pattern }).cog.turn('x')).toThrow('the text must match "^(?<n>\\\\d+)$": it is "x"')
  expect(start({ pattern, onMismatch: 'pass' }).cog.turn('x')).toEqual(['x'])
  expect(start({ pattern, onMismatch: 'drop' }).cog.turn('x')).toBeNull()
})

test('refuses text that is too long to be tried', () => {
  const { cog } = start({ pattern: /(?<a>a)/, lengthMax: 3, onMismatch: 'drop' })
  expect(cog.turn('bba')).toEqual([{ a: 'a' }])
  expect(() => cog.turn('bbba')).toThrow('the text must have at most 3 characters (lengthMax): it has 4')
})

test('reports a slow expression with its pattern, once', () => {
  const { cog, esc, log } = start({ pattern: /(?<a>a)/, slowMs: 50 })
  let takesMs = 50
  let nowMs = 0
  esc.now = () => (nowMs += takesMs)
  cog.turn('a')
  expect(log).toEqual([])
  takesMs = 51
  cog.turn('a')
  cog.turn('a')
  expect(log.map(({ level, fields }) => [level, fields.pattern])).toEqual([['warn', '(?<a>a)']])
})

const ENDLESS = { pattern: '^(?<a>(a+)+)$' }
const HOSTILE = `${'a'.repeat(40)}b`

test('gives up a match that would not end, if it is told to', () => {
  const { cog } = start({ ...ENDLESS, limitMs: 20, onMismatch: 'drop' })
  expect(() => cog.turn(HOSTILE)).toThrow('a match must take at most 20 ms (limitMs): longer took "^(?<a>(a+)+)$" on')
  Object.assign(cog.options, { limitMs: 60_000 })
  expect(cog.turn('aaa')).toEqual([{ a: 'aaa' }])
})

test('matches with an engine that no text holds up', () => {
  const { cog } = start({ ...ENDLESS, engine: 're2js', onMismatch: 'drop' })
  expect([cog.turn(HOSTILE), cog.turn('aaa')]).toEqual([null, [{ a: 'aaa' }]])
  expect(start({ pattern: /^(?<b>B)(?<c>c)?$/i, engine: 're2js' }).cog.turn('b')).toEqual([{ b: 'b' }])
  expect(() => start({ pattern: /(?<a>a)\1/, engine: 're2js' })).toThrow('re2js cannot use the pattern "(?<a>a)\\\\1"')
})

test('keeps names that objects inherit as own properties', () => {
  const [fields] = start({ pattern: /(?<__proto__>a)(?<constructor>b)/ }).cog.turn('ab') as object[]
  const entries = [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]
  expect(Object.entries(fields ?? {})).toEqual(entries)
  const { cog } = start({ pattern: /(?<__proto__>a)(?<constructor>b)/, engine: 're2js' })
  const [others] = cog.turn('ab') as object[]
  expect(Object.entries(others ?? {})).toEqual(entries)
})

test('reads a part of the datum and puts the fields beside it', () => {
  const cog = new ParseRegex<unknown, { line: string }>(testTrain().train, {
    pattern: /(?<n>\d)/,
    getter: itemGetter('line'),
    setter: itemSetter('fields'),
  })
  expect(cog.turn({ line: 'a1' })).toEqual([{ line: 'a1', fields: { n: '1' } }])
  expect(() => cog.turn({} as never)).toThrow('what is matched must be text: it is undefined')
})

test('refuses patterns without names, and what is no pattern', () => {
  expect(() => start({ pattern: /(a)/ })).toThrow('pattern must have at least one named group: it is "(a)"')
  expect(() => start({ pattern: /(a)/ })).toThrow(RangeError)
  expect(() => start({ pattern: '(' })).toThrow(/regular expression/)
  expect(() => start({ pattern: /(?<a>a)/, lengthMax: 0 })).toThrow('lengthMax must be at least 1')
})
