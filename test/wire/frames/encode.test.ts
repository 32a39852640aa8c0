import fc from 'fast-check'
import { Bulk } from '../../../lib/wire/frames/bulk.js'
import {
  encodeAck,
  encodeBody,
  encodePublication,
  encodeReply,
  encodeRequest,
} from '../../../lib/wire/frames/encode.js'
import type { OutFrame } from '../../../lib/wire/frames/message.js'

const texts = (frames: OutFrame[]) =>
  frames.map((frame) => (frame === null ? '' : Buffer.from(frame as string).toString('latin1')))
const id = Buffer.from('7')

test('a request without anything to say has empty frames', () => {
  const request = { id: '00000001', type: 'GET', target: 'x.y', flags: 0, payload: null } as const
  expect(texts(encodeRequest(request))).toEqual(['a', '00000001', 'GET', 'x.y', '', ''])
  expect(texts(encodeRequest({ ...request, flags: 3 }))[4]).toBe('\x03')
})

test('an array has a frame of its own, and its shape and type stand in the payload', () => {
  const payload = { value: Bulk.of(Int16Array.of(1, 2)), time: 5 }
  expect(texts(encodeRequest({ id: '1', type: 'SET', target: 'x.y', flags: 0, payload })).slice(5)).toEqual([
    '{"time":5,"shape":[2],"dtype":"int16"}',
    '\x01\x00\x02\x00',
  ])
})

test('an answer is in the dialect of its request', () => {
  const body = encodeBody({ value: 1 })
  const asked = { id, target: 'x.y' }
  expect(texts(encodeReply({ ...asked, dialect: 'new' }, body))).toEqual(['a', '7', 'REP', 'x.y', '', '{"value":1}'])
  expect(texts(encodeReply({ ...asked, dialect: 'old' }, body))).toEqual(['a', '7', 'REP', 'x.y', '{"value":1}', ''])
  const array = encodeBody({ value: Bulk.of(Uint8Array.of(65)) })
  expect(texts(encodeReply({ ...asked, dialect: 'old' }, array)).slice(4)).toEqual([
    '{"shape":[1],"dtype":"uint8"}',
    'A',
  ])
  expect(texts(encodeReply({ ...asked, dialect: 'new' }, array)).slice(4)).toEqual([
    '',
    '{"shape":[1],"dtype":"uint8"}',
    'A',
  ])
})

test('an acknowledgement says nothing but whose it is', () => {
  expect(texts(encodeAck(id))).toEqual(['a', '7', 'ACK', '', '', ''])
})

test('a topic ends in a dot', () => {
  expect(texts(encodePublication('x.y.', { value: 1, time: 2 }, 5, 'b'))).toEqual([
    'x.y.',
    'a',
    '{"value":1,"time":2,"_seq":5,"_boot":"b"}',
  ])
  expect(texts(encodePublication('x.y.', {}, 5, 'b'))[2]).toBe('{"_seq":5,"_boot":"b"}')
  expect(texts(encodePublication('x.y.', { value: Bulk.of(Uint8Array.of(65)) }, 5, 'b'))).toHaveLength(4)
})

test('a field that is null is left out, and one without a value too, but the value itself is not', () => {
  expect(encodeBody({ value: null, time: null, comment: undefined, more: true }).json).toBe(
    '{"value":null,"more":true}',
  )
})

test('a name of the language is a name', () => {
  const payload = JSON.parse('{"__proto__": null, "a": null, "value": 1}') as Record<string, unknown>
  expect(encodeBody(payload).json).toBe('{"value":1}')
})

test('a number and its time are written as any JSON, and nothing beside them is left out', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, 1e21, 5e-324, NaN, Infinity, -Infinity))
  const more = fc.constantFrom({}, { comment: 'a' }, { stale: true }, { time: 1 })
  fc.assert(
    fc.property(number, number, more, (value, time, others) => {
      const payload = { value, time, ...others }
      expect(encodeBody(payload).json).toBe(JSON.stringify(payload))
      const [, , numbered] = texts(encodePublication('x.y.', payload, 3, 'b'))
      expect(numbered).toBe(JSON.stringify({ ...payload, _seq: 3, _boot: 'b' }))
    }),
  )
})
