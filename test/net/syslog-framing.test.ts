import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SyslogFramer } from '../../lib/net/syslog-framing.js'

const framer = (lineMax = 100) => new SyslogFramer({ lineMax, longLines: 'cut', encoding: 'utf8' }, () => undefined)
const messagesOf = (all: readonly object[]) =>
  all.flatMap((one) => ('lines' in one ? String(one.lines).split('\n') : [(one as { message: string }).message]))

test('reads lengths and lines alike, however the stream is cut', () => {
  const messages = fc.array(
    fc.string({ minLength: 1, maxLength: 30 }).map((text) => `<13>${text.replaceAll(/[\r\n]/g, ' ')}ü`),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(messages, fc.boolean(), fc.integer({ min: 1, max: 40 }), (texts, isCounted, step) => {
      const frame = (text: string) => (isCounted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`)
      const bytes = Buffer.from(texts.map(frame).join(''))
      const one = framer(200)
      const got: string[] = []
      for (let at = 0; at < bytes.length; at += step) got.push(...messagesOf(one.push(bytes.subarray(at, at + step))))
      expect([got, one.rest]).toEqual([texts, 0])
    }),
  )
})

test('keeps line ends inside of messages with lengths, and none behind them', () => {
  expect(messagesOf(framer().push(Buffer.from('8 <13>a\nb\n')))).toEqual(['<13>a\nb'])
})

test.each(['12x <13>', '99999999999 <1>', '3 <1>x <2>'])('refuses %j', (text) => {
  expect(() => framer().push(Buffer.from(text))).toThrow(/must begin with its length and a space|above lineMax/)
})

test('refuses a message above its limit', () => {
  expect(() => framer(5).push(Buffer.from('6 <13>'))).toThrow('a message of 6 bytes is above lineMax (5)')
})
