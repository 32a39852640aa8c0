import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { ParseGrok, type ParseGrokOptions } from '../../cogs/parse-grok.js'
import { itemGetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { root } from '../support/sources.js'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function start(options: ParseGrokOptions<unknown>) {
  const { train, esc, log } = testTrain()
  return { cog: new ParseGrok<unknown>(train, options), esc, log }
}

function patternsFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'grok-'))
  folders.push(folder)
  writeFileSync(join(folder, 'mine'), text)
  return join(folder, 'mine')
}

const turn = (options: ParseGrokOptions<unknown>, text: string) => start(options).cog.turn(text)
const linesOf = (name: string) => readFileSync(`${root}test/fixtures/logs/${name}`, 'utf8').trimEnd().split('\n')

/** What comes of the lines of a file, and the lines that don't match. */
function read(name: string, ...match: string[]): { found: Record<string, string>[]; rest: string[] } {
  const { cog } = start({ match, onMismatch: 'pass' })
  const outs = linesOf(name).flatMap((line) => [...(cog.turn(line) as Iterable<unknown>)])
  const rest = outs.filter((out) => typeof out === 'string')
  return { found: outs.filter((out) => typeof out !== 'string') as Record<string, string>[], rest }
}

test('reads what Apache and nginx write of accesses and errors', () => {
  const apache = read('apache.log', '%{COMBINEDAPACHELOG}', '%{HTTPD_ERRORLOG}')
  expect(apache.rest).toEqual([expect.stringContaining('AH00558: apache2: Could not reliably determine')])
  expect(apache.found.filter(({ response, loglevel }) => response ?? loglevel)).toHaveLength(31)
  const nginx = read('nginx.log', '%{COMBINEDAPACHELOG}')
  expect(nginx.found.filter(({ clientip }) => clientip)).toHaveLength(20)
  expect(nginx.rest.filter((line) => / "[A-Z]+ \S+ HTTP\/.* [1-5]\d\d \d+ "/.test(line))).toEqual([])
})

test('reads every line that syslog wrote for sshd and Postfix', () => {
  const { found, rest } = read('sshd.log', '%{SYSLOGLINE}')
  expect(new Set(found.map(({ program }) => program))).toEqual(
    new Set(['rsyslogd', 'sshd', 'sshd-session', 'systemd', 'systemd-logind']),
  )
  expect(rest).toEqual([])
  expect(read('postfix.log', '%{SYSLOGLINE}').rest).toEqual([])
})

test('gives the usual fields of the combined log', () => {
  const line =
    '192.0.2.44 - frank [21/Nov/2026:10:00:00 +0100] "GET /a?b=c HTTP/1.1" 200 153 "https://www.example.org/" "Mozilla/5.0 (X11)"'
  expect(turn({ match: '%{COMBINEDAPACHELOG}' }, line)).toEqual([
    {
      clientip: '192.0.2.44',
      ident: '-',
      auth: 'frank',
      timestamp: '21/Nov/2026:10:00:00 +0100',
      verb: 'GET',
      request: '/a?b=c',
      httpversion: '1.1',
      response: '200',
      bytes: '153',
      referrer: '"https://www.example.org/"',
      agent: '"Mozilla/5.0 (X11)"',
    },
  ])
})

test('makes numbers of what is said to be one', () => {
  const match = '%{NUMBER:a:int} %{NUMBER:b:float} %{BASE16NUM:c:int} %{INT:d:int}'
  expect(turn({ match }, '7.9 7.9 0xff 9007199254740993')).toEqual([{ a: 7, b: 7.9, c: 255, d: '9007199254740993' }])
  expect(() => turn({ match: '%{WORD:a:int}' }, 'x')).toThrow('the field "a" must be a number: it is "x"')
})

test('nests fields, and lists what matches several times', () => {
  const match = '%{IP:[source][ip]} %{WORD:tag} %{WORD:tag} %{WORD:tag}'
  expect(turn({ match }, '192.0.2.7 a b c')).toEqual([{ source: { ip: '192.0.2.7' }, tag: ['a', 'b', 'c'] }])
})

test('takes the first expression that finds something', () => {
  const { cog } = start({ match: ['^in %{WORD:in}$', '^out %{WORD:out}$'] })
  expect([cog.turn('out a'), cog.turn('in b')]).toEqual([[{ out: 'a' }], [{ in: 'b' }]])
  expect(() => cog.turn('up c')).toThrow('the text must match ["^in %{WORD:in}$","^out %{WORD:out}$"]: it is "up c"')
})

test('does with a mismatch what it was told', () => {
  expect(turn({ match: '%{INT:n}', onMismatch: 'pass' }, 'x')).toEqual(['x'])
  expect(turn({ match: '%{INT:n}', onMismatch: 'drop' }, 'x')).toBeNull()
})

test('reads patterns of its own, those given before those of files', () => {
  const file = patternsFile('QUEUEID [0-9A-F]{10,11}\nWORD x+\n')
  const { cog } = start({ match: '%{QUEUEID:id} %{WORD:w}', patternsFiles: [file], patterns: { WORD: 'y+' } })
  expect(() => cog.turn('x')).toThrow('cannot match before start()')
  cog.start()
  expect(cog.turn('4F1C2A3B4D yy')).toEqual([{ id: '4F1C2A3B4D', w: 'yy' }])
})

test('says which file of patterns is wrong, and where', () => {
  const file = patternsFile('A b\nC\n')
  expect(() => start({ match: '%{A:a}', patternsFiles: [file] }).cog.start()).toThrow(
    `patternsFiles: cannot read ${file}: line 2 must be a name and a pattern: it is "C"`,
  )
  expect(() => start({ match: '%{A:a}', patternsFiles: ['/nowhere'] }).cog.start()).toThrow(/cannot read \/nowhere/)
})

test('reports a slow expression with its pattern', () => {
  const { cog, esc, log } = start({ match: '%{INT:n}' })
  let nowMs = 0
  esc.now = () => (nowMs += 51)
  cog.turn('1')
  expect(log.map(({ level, fields }) => [level, fields.pattern])).toEqual([['warn', '(?<f0>[+-]?\\d+)']])
})

test('holds out against patterns that would not end', () => {
  const hostile = `${'a'.repeat(40)}!`
  const patterns = { EVIL: '(a+)+' }
  const match = '^%{EVIL:a}$'
  expect(() => turn({ match, patterns, limitMs: 20 }, hostile)).toThrow('at most 20 ms (limitMs)')
  expect(turn({ match, patterns, engine: 're2js', onMismatch: 'drop' }, hostile)).toBeNull()
  expect(() => turn({ match, patterns, lengthMax: 40 }, hostile)).toThrow(
    'at most 40 characters (lengthMax): it has 41',
  )
})

test('keeps names that objects inherit as own properties', () => {
  const match = '%{WORD:__proto__} %{WORD:constructor} %{WORD:[__proto__x][toString]} (?<__proto__>z)'
  const [fields] = turn({ match }, 'a b c z') as object[]
  expect(Object.entries(fields ?? {})).toEqual([
    ['__proto__', ['a', 'z']],
    ['constructor', 'b'],
    ['__proto__x', { toString: 'c' }],
  ])
  const [nested] = turn({ match: '%{WORD:[__proto__][polluted]}' }, 'a') as object[]
  expect(Object.entries(nested ?? {})).toEqual([['__proto__', { polluted: 'a' }]])
  expect('polluted' in {}).toBe(false)
})

test('reads a part of the datum and puts the fields into it', () => {
  const cog = new ParseGrok<unknown, { line: string }>(testTrain().train, {
    match: '%{INT:n:int}',
    getter: itemGetter('line'),
    setter: (data, fields) => ({ ...data, ...(fields as object) }),
  })
  expect(cog.turn({ line: 'a1' })).toEqual([{ line: 'a1', n: 1 }])
  expect(() => cog.turn({} as never)).toThrow('what is matched must be text: it is undefined')
})

test('refuses what names no field, no pattern, or nothing at all', () => {
  expect(() => start({ match: '%{IP}' })).toThrow('match must name at least one field: it is "%{IP}"')
  expect(() => start({ match: '%{NOWHERE:x}' })).toThrow('there is no %{NOWHERE}')
  expect(() => start({ match: [] })).toThrow('match must have at least one expression: it is empty')
  expect(() => start({ match: '%{INT:n}(' })).toThrow(/regular expression/)
  expect(() => start({ match: '%{INT:n}', lengthMax: 0 })).toThrow('lengthMax must be at least 1')
})
