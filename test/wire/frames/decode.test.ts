import fc from 'fast-check'
import { Bulk } from '../../../lib/wire/frames/bulk.js'
import { decodePublication, decodeReply, decodeRequest } from '../../../lib/wire/frames/decode.js'
import { encodeBody, encodePublication, encodeReply, encodeRequest } from '../../../lib/wire/frames/encode.js'
import type { OutFrame, Payload } from '../../../lib/wire/frames/message.js'

const sent = (frames: readonly OutFrame[]) => frames.map((frame) => Buffer.from((frame ?? '') as string))

/** JSON as it looks once it has been written: a zero has no sign. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const payloads: fc.Arbitrary<Payload> = fc.record({
  value: fc.oneof(
    json,
    fc.float32Array().map((data) => Bulk.of(data)),
  ),
  time: fc.double({ noNaN: true, noDefaultInfinity: true, min: 1 }),
})

test('a request arrives as it was sent', () => {
  const requests = fc.record({
    id: fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
    type: fc.constantFrom('GET' as const, 'SET' as const, 'CALL' as const),
    target: fc.string({ unit: 'grapheme' }),
    flags: fc.nat(3),
    payload: fc.option(payloads),
  })
  fc.assert(
    fc.property(requests, (request) => {
      const { id, type, target, flags, payload } = request
      const read = decodeRequest(sent(encodeRequest(request)))
      expect(read).toEqual({ dialect: 'new', id: Buffer.from(id, 'latin1'), type, target, flags, payload })
    }),
  )
})

test('an answer arrives as it was sent, in both dialects', () => {
  fc.assert(
    fc.property(payloads, fc.constantFrom('new' as const, 'old' as const), (payload, dialect) => {
      const frames = sent(encodeReply({ id: Buffer.from('7'), target: 'x.y', dialect }, encodeBody(payload)))
      const isEmptyArray = payload['value'] instanceof Bulk && payload['value'].data.length === 0
      if (dialect === 'old' && isEmptyArray) return // The old layout can't tell an empty array from none.
      expect(decodeReply(frames)).toEqual({ type: 'REP', id: '7', payload })
    }),
  )
})

test('a publication arrives as it was sent', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      expect(decodePublication(sent(encodePublication('x.y.', payload, 5, 'b')))).toEqual({
        target: 'x.y',
        payload: { ...payload, _seq: 5, _boot: 'b' },
      })
    }),
  )
})

const request = (...frames: (string | Buffer)[]) => decodeRequest(frames.map((frame) => Buffer.from(frame as string)))

test("what does not even say of whom it is, is nobody's", () => {
  expect(request('a', '1')).toBeNull()
  expect(request('b', '1', 'GET', 'x.y', '', '')).toBeNull()
  expect(request('aa', '1', 'GET', 'x.y', '', '')).toBeNull()
  expect(decodeRequest([])).toBeNull()
})

test('nobody answers an answer', () => {
  expect(request('a', '1', 'ACK', '', '', '')).toBeNull()
  expect(request('a', '1', 'REP', 'x.y', '', '{}')).toBeNull()
})

test.each([
  [['a', '1', 'GET'], 'a request has 6 or 7 frames: this one has 3'],
  [['a', '1', 'GET', 'x.y', ''], 'a request has 6 or 7 frames: this one has 5'],
  [['a', '1', 'HOLD', 'x.y', '', ''], 'a request is GET, SET or CALL: it is "HOLD"'],
  [['a', '1', 'SET', 'x.y', '', '{nope'], 'JSON must have a name in quotes at 1: there is "nope"'],
  [['a', '1', 'SET', 'x.y', '', '[1]'], 'a payload must be a JSON object: it is [1]'],
  [['a', '1', 'SET', 'x.y', '', '7'], 'a payload must be a JSON object: it is 7'],
  [['a', '1', 'SET', 'x.y', '', Buffer.of(123, 255, 125)], "the payload must be UTF-8: it isn't"],
  [['a', '1', 'SET', Buffer.of(255), '', ''], "the target must be UTF-8: it isn't"],
  [['a', '1', 'SET', 'x.y', '', '', 'xx'], 'an array must have a payload that tells its shape and dtype: it is empty'],
  [
    ['a', '1', 'SET', 'x.y', '', '{}', 'xx'],
    'dtype must be one of int8, uint8, bool, int16, uint16, int32, uint32, int64, uint64, float32, float64: it is undefined',
  ],
])('a malformed request is told why: %j', (frames, message) => {
  expect(request(...frames)).toMatchObject({ id: Buffer.from('1'), fault: { message } })
})

test('flags may be of several bytes, of which only two bits mean something', () => {
  expect(request('a', '1', 'GET', 'x.y', Buffer.of(0), '')).toMatchObject({ flags: 0 })
  expect(request('a', '1', 'GET', 'x.y', Buffer.of(0, 3), '')).toMatchObject({ flags: 3 })
  expect(request('a', '1', 'GET', 'x.y', Buffer.of(0xfe), '')).toMatchObject({ flags: 2 })
})

test('what came the old way is known by its layout, and what both share by who sent it', () => {
  expect(request('a', '1', 'SET', 'x.y', '{"value": 5}', '')).toMatchObject({
    dialect: 'old',
    type: 'SET',
    payload: { value: 5 },
  })
  const both = sent(['a', '1', 'GET', 'x.y', '', ''])
  expect(decodeRequest(both, 'old')).toMatchObject({ dialect: 'old', type: 'GET', payload: null })
  expect(decodeRequest(both)).toMatchObject({ dialect: 'new' })
})

test('an answer that can not be read is told with its id', () => {
  const reply = decodeReply(sent(['a', '7', 'REP', 'x.y', '', '{nope']))
  expect(reply).toMatchObject({ type: 'REP', id: '7', payload: null, fault: { code: 'ERR_WIRE_FRAMES' } })
  expect(decodeReply(sent(['a', '7', 'NEW', 'x.y', '', '{}']))).toBeNull()
  expect(decodeReply(sent(['a', '7', 'REP', 'x.y']))).toBeNull()
})

test('a broadcast that is malformed is none', () => {
  const good = ['x.y.', 'a', '{"value": 1}']
  expect(decodePublication(sent(good))).not.toBeNull()
  expect(decodePublication(sent([...good, '']))).toEqual({ target: 'x.y', payload: { value: 1 } })
  const bad = [
    [],
    ['x.y.'],
    ['x.y.', 'a'],
    ['x.y.', 'b', '{}'],
    ['x.y.', 'a', '{'],
    ['x.y.', 'a', ''],
    ['x.y', 'a', '{}'],
    ['.', 'a', '{}'],
  ]
  expect(bad.map((frames) => decodePublication(sent(frames)))).toEqual(bad.map(() => null))
})
