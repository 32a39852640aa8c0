import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { bigEndian, LengthCutter } from '../../lib/net/length-cutter.js'

const frame = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text, 'latin1')])

test('gives the messages that were sent, however the stream is cut', () => {
  const texts = fc.array(fc.string({ maxLength: 20, unit: 'binary-ascii' }), { maxLength: 8 })
  fc.assert(
    fc.property(texts, fc.array(fc.nat(200)), (messages, cuts) => {
      const bytes = Buffer.concat(messages.map(frame))
      const places = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b)
      const cutter = new LengthCutter(20, bigEndian(4))
      const got = places.slice(1).flatMap((end, i) => cutter.push(bytes.subarray(places[i], end)).map(String))
      expect(got).toEqual(messages)
      expect(cutter.rest).toBe(0)
    }),
  )
})

test('refuses a message above its limit as soon as it knows of it', () => {
  const cutter = new LengthCutter(20, bigEndian(4))
  expect(() => cutter.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(
    expect.objectContaining({ code: 'EMSGSIZE', message: 'a message of 4294967295 bytes is above lineMax (20)' }),
  )
})

test('counts what is unfinished', () => {
  const cutter = new LengthCutter(20, bigEndian(2))
  expect(cutter.push(Buffer.from([0, 2, 65, 66, 0, 9, 65]))).toHaveLength(1)
  expect(cutter.rest).toBe(3)
})
