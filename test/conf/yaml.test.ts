import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatYaml, parseYaml } from '../../lib/conf/yaml.js'

test('every value of JSON comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value)
      expect(JSON.stringify(parseYaml(formatYaml(JSON.parse(json))))).toBe(json)
    }),
  )
})

test.each([
  '\r\n',
  'a\r\nb',
  ' lead\n',
  'tail \n\n',
  '\t',
  '\u0085',
  '\u2028',
  '\ufeffx',
  '# no',
  '---\n',
  'yes',
  '~',
  '1e3',
  '',
])('the text %j comes back as it was', (text) => {
  expect(parseYaml(formatYaml({ text }))).toEqual({ text })
})

test('a hostile name becomes an own property', () => {
  const parsed = parseYaml('__proto__: {a: 1}') as object
  expect([Object.keys(parsed), Object.getPrototypeOf(parsed)]).toEqual([['__proto__'], Object.prototype])
})

test('what can be meant in two ways, or is none, is refused', () => {
  for (const text of ['a: 1\na: 2', 'a: [', '&a [*b]']) expect(() => parseYaml(text)).toThrow(SyntaxError)
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...'bcdefg'.split('').map((n, i) => `${n}: &${n} [${Array(10).fill(`*${'abcdef'[i]}`).join()}]`),
  ]
  expect(() => parseYaml(bomb.join('\n'))).toThrow(SyntaxError)
})
