import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatDocument, parseDocument } from '../../../lib/items/persist/document.js'

const whole = formatDocument([['level', '{"value":3,"time":1}'], ['a "b" \n', 'x']]) // prettier-ignore

test('whatever keys and lines go in come out again', () => {
  const line = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), line)), (entries) => {
      const values = new Map([['__proto__', '1'], ...entries])
      expect(parseDocument(formatDocument(values), 'x')).toEqual(values)
    }),
  )
})

test('what was changed or cut anywhere is damaged, and never something else', () => {
  for (let at = 0; at < whole.length; at++) {
    expect(parseDocument(whole.subarray(0, at), 'x')).toBeNull()
    const changed = Buffer.from(whole)
    changed[at] = (changed[at] as number) ^ 8
    const isVersion = at === 'deadbeat values '.length
    if (isVersion) expect(() => parseDocument(changed, 'x')).toThrow('the saved values in x have version 9')
    else expect(parseDocument(changed, 'x')).toBeNull()
  }
  expect(parseDocument(Buffer.concat([whole, Buffer.from('\n')]), 'x')).toBeNull()
})

test('what is more than one line is refused', () => {
  expect(() => formatDocument([['a', '1\n2']])).toThrow(/what is saved of a must be one line/)
})
