import { expect, test } from '@jest/globals'
import { decode, FRAMING_DEFAULTS, makeFramer, requireFraming } from '../../lib/net/framing.js'

const framer = (options: object = {}, told: string[] = []) =>
  makeFramer({ ...FRAMING_DEFAULTS, ...options }, (message) => told.push(message))

test('gives whole lines together, and the rest at the end', () => {
  const lines = framer()
  expect(lines.push(Buffer.from('one\r\ntwo\nth'))).toEqual([{ lines: 'one\ntwo', bytes: 8 }])
  expect(lines.rest).toBe(2)
  expect(lines.end()).toEqual([{ lines: 'th', bytes: 2 }])
  expect(lines.end()).toEqual([])
})

test('gives messages with lengths, of which none is the rest', () => {
  const messages = framer({ framing: 'length', lengthBytes: 1 })
  expect(messages.push(Buffer.from('\x02ab\x03c'))).toEqual([{ message: 'ab', bytes: 2 }])
  expect([messages.rest, messages.end()]).toEqual([2, []])
})

test('tells of a long line that is cut or skipped, and throws where the connection shall close', () => {
  const told: string[] = []
  const long = Buffer.from('0123456\n')
  expect(framer({ lineMax: 4 }, told).push(long)).toEqual([{ lines: '0123', bytes: 4 }])
  expect(framer({ lineMax: 4, longLines: 'skip' }, told).push(long)).toEqual([])
  expect(told).toEqual([
    'a line of 8 bytes is above lineMax (4): its beginning is taken',
    'a line of 8 bytes is above lineMax (4): it is skipped',
  ])
  expect(() => framer({ lineMax: 4, longLines: 'close' }).push(long)).toThrow('a line of 8 bytes is above lineMax (4)')
})

test('reads latin1, and refuses bytes as lines', () => {
  expect(framer({ encoding: 'latin1' }).push(Buffer.from([0xe4, 10]))).toEqual([{ lines: 'ä', bytes: 1 }])
  expect(() => requireFraming({ framing: 'line', encoding: 'bytes' })).toThrow(RangeError)
  expect(decode(Buffer.from('a'), 'bytes')).toEqual(Buffer.from('a'))
})
