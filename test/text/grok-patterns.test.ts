import { GROK_PATTERNS } from '../../lib/text/grok-patterns.js'
import { compileGrok } from '../../lib/text/grok.js'
import { Matcher, type Engine } from '../../lib/text/matcher.js'

const matcher = (expression: string, engine: Engine = 'node') =>
  new Matcher(compileGrok(expression, GROK_PATTERNS), engine, { lengthMax: 10_000, slowMs: 0, limitMs: 0 }, watch)
const watch = { now: () => 0, slow: () => undefined }
const fits = (name: string, text: string, engine?: Engine) => matcher(`^%{${name}}$`, engine).match(text) !== null

/** What a name stands for, and what it doesn't. */
const SAMPLES: readonly (readonly [name: string, yes: readonly string[], no: readonly string[]])[] = [
  ['IPV4', ['192.0.2.1', '255.255.255.255', '0.0.0.0'], ['256.0.0.1', '1.2.3', '1.2.3.4.5', '1.2.3.400']],
  [
    'IPV6',
    ['::', '::1', '2001:db8::7', '2001:db8:0:0:0:0:0:1', 'fe80::1%eth0', '::ffff:192.0.2.1', '64:ff9b::192.0.2.33'],
    ['10:00:00', '2001:db8', ':::', '1:2:3:4:5:6:7:8:9', '12345::'],
  ],
  ['IPV6', ['1::', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:192.0.2.1'], ['1::2::3']],
  ['HOSTNAME', ['a', 'web-1.example.org', 'example.org.'], ['-a', 'a..b', 'a b']],
  ['NUMBER', ['1', '-1.5', '.5', '+7'], ['1.', 'e5', '']],
  ['QS', ['"a"', '"a \\" b"', "'x'", '""'], ['"a', '"a"b"']],
  ['UUID', ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567e89b12d3a456426614174000']],
  ['MAC', ['00:11:22:aa:bb:cc', '00-11-22-AA-BB-CC', '0011.22aa.bbcc'], ['00:11:22:aa:bb']],
  ['EMAILADDRESS', ['a.b+c@example.org'], ['a b@c', '@b']],
  ['URI', ['https://www.example.org:8443/a/b?c=d&e=%20', 'ftp://u:p@[2001:db8::1]/x', 'file:///etc/hosts'], ['a/b']],
  ['PATH', ['/var/log/a.log', 'C:\\Windows\\System32', '\\\\server\\share'], ['a/b']],
  ['TIMESTAMP_ISO8601', ['2026-11-21T10:00:00.123+01:00', '2026-11-21 10:00', '2026-11-21T10:00:00Z'], ['10:00']],
  ['HTTPDATE', ['21/Nov/2026:10:00:00 +0100'], ['21/11/2026:10:00:00 +0100']],
  ['SYSLOGTIMESTAMP', ['Nov 21 10:00:00', 'Nov  1 10:00:00', 'Nov 21 10:00:00.123'], ['Nox 21 10:00:00']],
  ['DATESTAMP_RFC2822', ['Sat, 21 Nov 2026 10:00:00 +0100'], ['Sat, 21 Nov']],
  ['DATESTAMP_OTHER', ['Sat Nov 21 10:00:00 CET 2026'], []],
  ['DATESTAMP_EVENTLOG', ['20261121100000'], ['2026']],
  ['DATE', ['11/21/2026', '21.11.2026'], ['2026/11/21']],
  ['LOGLEVEL', ['INFO', 'warning', 'Error', 'emerg'], ['loud']],
  ['JAVASTACKTRACEPART', ['\tat org.example.A$B.run(A.java:42)', '  at a.B.<init>(Native Method)'], ['at nowhere']],
]

describe.each(['node', 're2js'] as const)('with %s', (engine) => {
  test.each(SAMPLES)('%s is what it says', (name, yes, no) => {
    expect(yes.filter((text) => !fits(name, text, engine))).toEqual([])
    expect(no.filter((text) => fits(name, text, engine))).toEqual([])
  })

  test('every pattern can be used', () => {
    const bad = [...GROK_PATTERNS.keys()].filter((name) => {
      try {
        return matcher(`%{${name}:all}`, engine).names[0] !== 'f0'
      } catch {
        return true
      }
    })
    expect(bad).toEqual([])
  })
})

test('an address is found whole within a line', () => {
  const { match } = { match: (text: string) => matcher('%{IP:ip}').match(text)?.f0 }
  const found = ['from 2001:db8::7 port', 'at 10:00:00 from 192.0.2.133:80', '[::ffff:192.0.2.1]', 'x 1:2::3:4 y']
  expect(found.map(match)).toEqual(['2001:db8::7', '192.0.2.133', '::ffff:192.0.2.1', '1:2::3:4'])
})
