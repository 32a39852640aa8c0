import { expect, test } from '@jest/globals'
import { LineReader } from '../../lib/control/line-reader.js'

test('lines come whole, however they are cut, also within a character', () => {
  const reader = new LineReader(100)
  const bytes = Buffer.from('größe\nzwei\nrest')
  const lines: string[] = []
  for (const byte of bytes) lines.push(...reader.take(Buffer.from([byte])))
  expect(lines).toEqual(['größe', 'zwei'])
  expect(reader.take(Buffer.from('\n'))).toEqual(['rest'])
})

test.each([
  ['a whole one', 'xxxxxx\n'],
  ['one that does not end', 'xxxxxx'],
])('a line that is too long is refused: %s', (_, text) => {
  expect(() => new LineReader(5).take(Buffer.from(text))).toThrow('a line may have at most 5 characters')
})
