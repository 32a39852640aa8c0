import { expect, test } from '@jest/globals'
import { messageOfDatagram } from '../../lib/net/datagram.js'

test('drops one line end at the end of a text, and none inside', () => {
  const texts = ['a', 'a\n', 'a\r\n', 'a\n\n', 'a\nb', '']
  expect(texts.map((text) => messageOfDatagram(Buffer.from(text), 'utf8'))).toEqual(['a', 'a', 'a', 'a\n', 'a\nb', ''])
})

test('gives bytes as they are, in a memory of their own', () => {
  const whole = Buffer.from('ab\n')
  const bytes = messageOfDatagram(whole.subarray(1), 'bytes') as Buffer
  whole.fill(0)
  expect(String(bytes)).toBe('b\n')
})
