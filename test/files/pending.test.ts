import { expect, test } from '@jest/globals'
import { Pending } from '../../lib/files/pending.js'

test('text and the bytes of lines come out in their order, in any portions', () => {
  for (const portions of [[20], [3, 17], [1, 1, 8, 10], [4, 4, 4, 4, 4], [10, 0, 10]]) {
    const pending = new Pending()
    pending.text += 'one\n'
    pending.addLines(Buffer.from('two\nsix'))
    pending.addLines(Buffer.from('ten'))
    pending.text += 'end\n'
    expect(pending.length).toBe(20)
    const taken = portions.map((count) => pending.take(count).toString())
    expect(taken.map(({ length }) => length)).toEqual(portions)
    expect(taken.join('')).toBe('one\ntwo\nsix\nten\nend\n')
    expect(pending.length).toBe(0)
  }
})

test('text alone is counted in characters', () => {
  const pending = new Pending()
  pending.text += 'zwölf\n'
  expect(pending.length).toBe(6)
  expect(pending.take(4).toString()).toBe('zwöl')
  expect(pending.take(2).toString()).toBe('f\n')
})

test('what was taken stays as it is until more is taken, whatever is added meanwhile', () => {
  const pending = new Pending()
  pending.addLines(Buffer.from('first'))
  const first = pending.take(6)
  pending.addLines(Buffer.from('other'))
  expect(first.toString()).toBe('first\n')
  const other = pending.take(6)
  pending.addLines(Buffer.from('third'))
  expect(other.toString()).toBe('other\n')
  expect(other.buffer).not.toBe(first.buffer)
  expect(pending.take(6).buffer).toBe(first.buffer)
})

test('the given bytes may change afterwards, and there may be more of them than ever before', () => {
  const pending = new Pending()
  const bytes = Buffer.alloc(300_000, 'a')
  pending.addLines(bytes)
  pending.addLines(bytes)
  bytes.fill('b')
  const taken = pending.take(300_001).toString()
  expect(taken).toBe(`${'a'.repeat(300_000)}\n`)
  expect(pending.take(300_001).toString()).toBe(taken)
})

test('long text is encoded into the same memory each time, whatever its characters take', () => {
  const pending = new Pending()
  const texts = ['a'.repeat(5000), '€'.repeat(5000), `${'ö'.repeat(6000)}\ud800`, 'short']
  const takenAll = texts.map((text) => {
    pending.text += text
    const taken = pending.take(text.length)
    expect(taken.equals(Buffer.from(text))).toBe(true)
    return taken.buffer
  })
  pending.text += texts[0] as string
  expect(pending.take(5000).buffer).toBe(takenAll[2])
  expect(takenAll[3]).not.toBe(takenAll[2])
})
