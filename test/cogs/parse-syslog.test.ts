import { ParseSyslog, type ParseSyslogOptions } from '../../cogs/parse-syslog.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

function start(options: ParseSyslogOptions<string, never> = {}) {
  const cog = new ParseSyslog<string, never>(testTrain().train, options)
  return (line: string) => cog.compute(line)
}

const NOTHING = {
  facility: null,
  severity: null,
  timestamp: null,
  hostname: null,
  appName: null,
  procId: null,
  msgId: null,
  structuredData: null,
}

test('reads RFC 3164 with its priority', () => {
  expect(start()('<38>Nov  1 10:00:00 web1 sshd[812]: Failed password for root from 192.0.2.7 port 4711 ssh2')).toEqual(
    {
      ...NOTHING,
      facility: 4,
      severity: 6,
      timestamp: 'Nov  1 10:00:00',
      hostname: 'web1',
      appName: 'sshd',
      procId: '812',
      message: 'Failed password for root from 192.0.2.7 port 4711 ssh2',
    },
  )
})

test.each([
  [
    'Nov 21 10:00:00 mx postfix/smtpd[99]: connect from unknown[192.0.2.9]',
    'mx',
    'postfix/smtpd',
    '99',
    'connect from unknown[192.0.2.9]',
  ],
  ['Nov 21 10:00:00 web1 kernel: [  123.456789] eth0: link up', 'web1', 'kernel', null, '[  123.456789] eth0: link up'],
  [
    'Nov 21 10:00:00 web1 CRON[7]: (root) CMD (test -x /bin/true)',
    'web1',
    'CRON',
    '7',
    '(root) CMD (test -x /bin/true)',
  ],
  [
    'Nov 21 10:00:00 web1 (systemd)[812]: pam_unix: session opened',
    'web1',
    '(systemd)',
    '812',
    'pam_unix: session opened',
  ],
  ['Nov 21 10:00:00 web1 /usr/sbin/gmetad[5]: a', 'web1', '/usr/sbin/gmetad', '5', 'a'],
  ['Nov 21 10:00:00 web1 perl::job[5]: a', 'web1', 'perl::job', '5', 'a'],
  ['Nov 21 10:00:00 web1 su[5] a b', 'web1', 'su', '5', 'a b'],
  ['Nov 21 10:00:00 2001:db8::1 app: a', '2001:db8::1', 'app', null, 'a'],
  ['Nov 21 10:00:00 web1 -- MARK --', 'web1', null, null, '-- MARK --'],
  ['Nov 21 10:00:00 web1 last message repeated 3 times', 'web1', null, null, 'last message repeated 3 times'],
  ['Nov 21 10:00:00 web1 app[5]:', 'web1', 'app', '5', ''],
  ['Nov 21 10:00:00 app[5]: without a host', null, 'app', '5', 'without a host'],
  ['Nov 21 10:00:00 su[5] a b', null, 'su', '5', 'a b'],
  ['Nov 21 10:00:00 app: without a host: really', null, 'app', null, 'without a host: really'],
  [
    '2026-11-21T10:00:00.123456+01:00 web1 systemd[1]: Started cron.service.',
    'web1',
    'systemd',
    '1',
    'Started cron.service.',
  ],
  [
    '2026-11-21T10:00:00+0100 web1 dbus-daemon[6]: [system] Activating',
    'web1',
    'dbus-daemon',
    '6',
    '[system] Activating',
  ],
])('reads what stands in /var/log: %s', (line, hostname, appName, procId, message) => {
  const found = start()(line)
  expect([found.hostname, found.appName, found.procId, found.message]).toEqual([hostname, appName, procId, message])
  expect(line.startsWith(found.timestamp ?? '?')).toBe(true)
  expect(found.severity).toBeNull()
})

test('reads RFC 5424', () => {
  const line =
    '<165>1 2026-11-21T10:00:00.003Z web1.example.org evntslog 812 ID47 [exampleSDID@32473 iut="3" path="C:\\\\a \\"b\\" \\]" iut="4"][meta sequenceId="1"] \uFEFFAn entry: ü'
  expect(start()(line)).toEqual({
    facility: 20,
    severity: 5,
    timestamp: '2026-11-21T10:00:00.003Z',
    hostname: 'web1.example.org',
    appName: 'evntslog',
    procId: '812',
    msgId: 'ID47',
    structuredData: {
      'exampleSDID@32473': { iut: ['3', '4'], path: 'C:\\a "b" ]' },
      meta: { sequenceId: '1' },
    },
    message: 'An entry: ü',
  })
})

test('reads RFC 5424 with nothing in it, and without its priority', () => {
  expect(start()('<0>1 - - - - - -')).toEqual({ ...NOTHING, facility: 0, severity: 0, message: '' })
  const found = start()('\uFEFF1 2026-11-21T10:00:00Z web1 su - - - it works')
  expect(found).toEqual({
    ...NOTHING,
    timestamp: '2026-11-21T10:00:00Z',
    hostname: 'web1',
    appName: 'su',
    message: 'it works',
  })
  expect(start()('<14>1 - h a - - [x@1] m')).toMatchObject({ structuredData: { 'x@1': {} }, message: 'm' })
})

test('takes a line with a priority and nothing known for a message', () => {
  expect(start()('<13>use the BFG!')).toEqual({ ...NOTHING, facility: 1, severity: 5, message: 'use the BFG!' })
})

test('says facility and severity in words if told so', () => {
  const read = start({ keywords: true })
  expect(['<0>a', '<38>a', '<86>a', '<191>a'].map(read).map((m) => `${m.facility}.${m.severity}`)).toEqual([
    'kern.emerg',
    'auth.info',
    'authpriv.info',
    'local7.debug',
  ])
})

test('refuses what is no syslog', () => {
  expect(() => start()('hello world')).toThrow('must begin with a priority or a time: it is "hello world"')
  expect(() => start()('3 hosts were down for long - see below')).toThrow('must begin with a priority or a time')
  expect(() => start()('<192>Nov 21 10:00:00 web1 a: b')).toThrow('the priority must be at most 191: it is 192')
  for (const data of ['[a b=c]', '[a b="c"', '[a b="]"]', '[]', '[a]x', '-x', '[a][a]', '[a b="\\"]']) {
    expect(() => start()(`<14>1 - h a - - ${data}`)).toThrow(SyntaxError)
  }
  expect(() => start()(undefined as never)).toThrow('syslog must be text: it is undefined')
})

test('keeps names that objects inherit as own properties', () => {
  const { structuredData } = start()('<14>1 - h a - - [__proto__ __proto__="1" constructor="2"] m')
  expect(Object.keys(structuredData ?? {})).toEqual(['__proto__'])
  const [element] = Object.values(structuredData ?? {})
  expect(Object.entries(element ?? {})).toEqual([
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
})

test('takes its time over no line, however it is made', () => {
  const hostile = [
    `<14>1 - h a - - [a${' b="c"'.repeat(5000)}`,
    `<14>1 - h a - - ${'[a b="\\'.repeat(5000)}`,
    `<14>1 - h a - - [a${' b="c"'.repeat(20_000)}] m`,
    `Nov 21 10:00:00 ${'a'.repeat(50_000)}`,
    `Nov 21 10:00:00 ${':['.repeat(25_000)}`,
    `Nov 21 10:00:00 h ${'[1'.repeat(25_000)}`,
    `<14>1 ${'- '.repeat(25_000)}`,
  ]
  const before = process.cpuUsage()
  for (const line of hostile) {
    try {
      start()(line)
    } catch (error) {
      expect((error as Error).name).toBe('SyntaxError')
    }
  }
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
})

test('reads structured data of any length', () => {
  const long = 'x'.repeat(10_000_000)
  const read = (element: string) => start()(`<14>1 - h a - - [${element}] m`)
  expect(read(`a b="${long}"`).structuredData?.['a']?.['b'] === long).toBe(true)
  expect(read(`a b="${'\\"'.repeat(1_000_000)}"`).structuredData?.['a']?.['b']).toHaveLength(1_000_000)
  expect(read(`a${' b="c"'.repeat(1_000_000)}`).structuredData?.['a']?.['b']).toHaveLength(1_000_000)
})

test('reads a part of the datum and puts the message beside it', () => {
  const cog = new ParseSyslog<{ line: string }, { syslog: { message: string } }>(testTrain().train, {
    getter: itemGetter('line'),
    setter: itemSetter('syslog') as never,
  })
  const [out] = cog.turn({ line: '<13>hello' }) as { syslog: { message: string } }[]
  expect(out?.syslog.message).toBe('hello')
})
