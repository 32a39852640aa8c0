import { expect, test } from '@jest/globals'
import { toJournal } from '../../lib/log/journal-message.js'

/** Read a datagram as systemd's documentation of the native protocol says. */
function read(datagram: Buffer): [string, string][] {
  const fields: [string, string][] = []
  for (let at = 0; at < datagram.length;) {
    const end = datagram.indexOf('\n', at)
    const text = datagram.toString('utf8', at, end)
    if (text.includes('=')) {
      fields.push([text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)])
      at = end + 1
      continue
    }
    const length = Number(datagram.readBigUInt64LE(end + 1))
    fields.push([text, datagram.toString('utf8', end + 9, end + 9 + length)])
    expect(datagram[end + 9 + length]).toBe(0x0a)
    at = end + 10 + length
  }
  return fields
}

const journal = (fields: object) =>
  read(toJournal(JSON.stringify({ level: 'warn', msg: 'm', ...fields }), 'resolve', 7))
const values = (fields: object) => Object.fromEntries(journal(fields))

test('a line is fields: message, priority, program, cog, event and all of its own', () => {
  expect(journal({ time: 't', cog: 'Dedupe', id: 'a-1', path: '/a', left: 0, list: [1] })).toEqual([
    ...[
      ['MESSAGE', 'm'],
      ['PRIORITY', '4'],
      ['SYSLOG_IDENTIFIER', 'resolve'],
      ['SYSLOG_PID', '7'],
    ],
    ...[
      ['COG', 'Dedupe'],
      ['EVENT_ID', 'a-1'],
      ['PATH', '/a'],
      ['LEFT', '0'],
      ['LIST', '[1]'],
    ],
  ])
})

test('values of several lines are whole, other control characters are escaped', () => {
  const { MESSAGE, ERROR_STACK, A } = values({
    msg: 'a\nPRIORITY=0\u001b[2J',
    err: { stack: 'Error: x\n    at f' },
    a: 'ü\n€',
  })
  expect([MESSAGE, ERROR_STACK, A]).toEqual(['a\nPRIORITY=0\\x1b[2J', 'Error: x\n    at f', 'ü\n€'])
})

test('names are such as the journal takes, and none takes the place of ours', () => {
  const { PRIORITY, ...rest } = values({ priority: 0, 'a-b.c': 1, _trusted: 2, '9': 3, ['n'.repeat(99)]: 4 })
  expect(PRIORITY).toBe('4')
  expect(rest).toMatchObject({ FIELD_PRIORITY: '0', A_B_C: '1', FIELD__TRUSTED: '2', FIELD_9: '3' })
  expect(Object.keys(rest).every((name) => /^[A-Z][A-Z0-9_]{0,63}$/.test(name))).toBe(true)
})

test('what does not fit a datagram is cut, each value to its share, and too many fields are counted', () => {
  const fields = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`f${n}`, '€'.repeat(1000)]))
  const line = JSON.stringify({ ...fields, msg: 'x'.repeat(300_000) })
  const datagram = toJournal(line, 'resolve', 7)
  expect(datagram.length).toBeLessThan(170_000)
  const { MESSAGE, FIELDS_OMITTED } = Object.fromEntries(read(datagram))
  expect(MESSAGE).toMatch(/^x{300,}…$/)
  expect(FIELDS_OMITTED).toBe('148')
})

test('what is no JSON is a message all the same', () => {
  expect(Object.fromEntries(read(toJournal('oh\n', 'r', 1)))['MESSAGE']).toBe('oh')
})
