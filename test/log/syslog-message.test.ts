import { expect, test } from '@jest/globals'
import glossy from 'glossy'
import { toLocalSyslog, toRfc5424 } from '../../lib/log/syslog-message.js'

const origin = { facility: 'local3', host: 'host.example', name: 'resolve', pid: 7, messageMax: 8192 }
const json = (fields: object) =>
  JSON.stringify({ level: 'error', time: '2026-01-02T03:04:05.678Z', msg: 'no room', ...fields })
const parsed = (fields: object, more: Partial<typeof origin> = {}) =>
  glossy.Parse.parse(toRfc5424(json(fields), { ...origin, ...more }))

test('an independent parser finds in a message all that the line says', () => {
  expect(parsed({ cog: 'Dedupe', id: 'a-1', path: '/var/a b', left: 0, list: [1, 'x'] })).toMatchObject({
    ...{ facility: 'local3', severity: 'err', type: 'RFC5424', time: new Date('2026-01-02T03:04:05.678Z') },
    ...{ host: 'host.example', appName: 'resolve', pid: '7', msgID: 'Dedupe', message: 'no room' },
    structuredData: {
      'deadbeat@32473': { cog: 'Dedupe', id: 'a-1', path: '/var/a b', left: '0', list: '[1,"x"]' },
    },
  })
})

test('a line without fields has no structured data', () => {
  expect(toRfc5424(json({}), origin)).toBe('<155>1 2026-01-02T03:04:05.678Z host.example resolve 7 - - no room')
})

test('quotes, brackets, backslashes, and names that the RFC does not allow survive', () => {
  const { structuredData } = parsed({ text: 'a "b" ] c\\', 'a b="]': 1, __proto__x: 2, ['n'.repeat(40)]: 3 })
  expect(structuredData).toEqual({
    'deadbeat@32473': { text: 'a "b" ] c\\', a_b___: '1', __proto__x: '2', ['n'.repeat(32)]: '3' },
  })
})

test('nothing in the data can forge a message or break the header', () => {
  const text = toRfc5424(json({ cog: 'a b\n<0>1', msg: 'x\n<0>1 - - \u001b[2J', id: '\u2028' }), {
    ...origin,
    host: 'ho st',
    name: 'ä\n',
  })
  expect(text).toBe(
    '<155>1 2026-01-02T03:04:05.678Z ho_st __ 7 a_b_<0>1 ' +
      '[deadbeat@32473 cog="a b\\\\x0a<0>1" id="\\\\u2028"] x\\x0a<0>1 - - \\x1b[2J',
  )
})

test('the stack of an error is a field on one line', () => {
  const { structuredData } = parsed({ err: { message: 'm', stack: 'Error: m\n    at f' } })
  expect(structuredData?.['deadbeat@32473']).toEqual({ stack: 'Error: m\\x0a    at f' })
})

test('a long message is cut within the limit at a whole character', () => {
  const message = toRfc5424(json({ msg: '€'.repeat(5000) }), origin)
  expect(Buffer.byteLength(message)).toBeGreaterThan(8180)
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(8192)
  expect(message).toMatch(/ €+…$/)
})

test.each([480, 1000, 8192])(
  'within %i bytes long fields leave room for the message, and what is left out is counted',
  (messageMax) => {
    const fields = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`field${n}`, '"]\\€'.repeat(n)]))
    const text = toRfc5424(json({ ...fields, msg: 'the message' }), { ...origin, messageMax })
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(messageMax)
    const { structuredData, message } = glossy.Parse.parse(text)
    expect(message).toBe('the message')
    const { omitted, ...kept } = structuredData?.['deadbeat@32473'] ?? {}
    expect(Number(omitted) + Object.keys(kept).length).toBe(500)
  },
)

test('what is no JSON is a message all the same', () => {
  expect(toRfc5424('oh\u0007\n', origin)).toBe('<158>1 - host.example resolve 7 - - oh\\x07')
})

test('the local form has local time, name, pid, and all else as text on one line', () => {
  const time = new Date(2026, 0, 2, 3, 4, 5).toISOString()
  const line = json({ time, cog: 'Dedupe', id: '7', left: 0, msg: 'no\nroom', err: { stack: 'Error: m\n    at f' } })
  expect(toLocalSyslog(line, { ...origin, name: 'res:olve' })).toBe(
    '<155>Jan  2 03:04:05 res_olve[7]: Dedupe 7 no\\x0aroom left=0 Error: m\\x0a    at f',
  )
})

test('a line without a time has one in the local form', () => {
  expect(toLocalSyslog('oh', origin)).toMatch(/^<158>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d resolve\[7\]: oh$/)
})
