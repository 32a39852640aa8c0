import { expect, test } from '@jest/globals'
import { bytesOf, frame } from '../../lib/net/out-framing.js'
import { bigEndian, LengthCutter } from '../../lib/net/length-cutter.js'

test.each([1, 2, 4] as const)('writes lengths of %i bytes that are read as they were meant', (lengthBytes) => {
  const sent = ['a', '', 'größe', Buffer.from([0, 10, 255])]
  const bytes = Buffer.concat(sent.map((message) => frame(message, { framing: 'length', lengthBytes }) as Buffer))
  expect(new LengthCutter(100, bigEndian(lengthBytes)).push(bytes)).toEqual(sent.map((message) => bytesOf(message)))
})

test('refuses what a length can not tell, and what is no message', () => {
  expect(() => frame('x'.repeat(256), { framing: 'length', lengthBytes: 1 })).toThrow(
    'a message must be at most 255 bytes where lengthBytes is 1: it has 256',
  )
  expect(() => frame(Buffer.from('a'), { framing: 'line', lengthBytes: 4 })).toThrow('a line must be a string')
  expect(() => frame({} as never, { framing: 'length', lengthBytes: 4 })).toThrow(
    'a message must be a string or bytes: it is {}',
  )
})
