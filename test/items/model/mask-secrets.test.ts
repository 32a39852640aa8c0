import { expect, test } from '@jest/globals'
import { maskSecrets } from '../../../lib/items/model/mask-secrets.js'

test('what is kept under the name of a secret is masked, however deep', () => {
  const data = { userPassword: 'a', nested: [{ API_KEY: 1, 'x-api-key': 'b', Cookie: 'c', note: 'd' }], token: null }
  expect(maskSecrets(data)).toEqual({
    userPassword: '***',
    nested: [{ API_KEY: '***', 'x-api-key': '***', Cookie: '***', note: 'd' }],
    token: null,
  })
})

test('what is no JSON is shown as text', () => {
  const data = {
    big: 12n,
    none: undefined,
    date: new Date(0),
    regexp: /x/i,
    map: new Map([['a', 1]]),
    set: new Set([1]),
    bytes: Buffer.from('hé', 'latin1'),
    nan: NaN,
    error: new RangeError('no'),
  }
  expect(JSON.parse(JSON.stringify(maskSecrets(data)))).toMatchObject({
    ...{ big: '12n', regexp: '/x/i', map: { a: 1 }, set: [1], bytes: 'hé', nan: 'NaN', error: 'RangeError: no' },
  })
})

test('what is long, wide or deep is cut short, and so is what contains itself', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const wide = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`k${i}`, i]))
  const shown = maskSecrets({ text: 'x'.repeat(3000), list: new Array(150).fill(0), circle, wide }) as {
    text: string
    list: unknown[]
    wide: Record<string, unknown>
  }
  expect([shown.text.length < 2100, shown.list.length, shown.list.at(-1)]).toEqual([true, 101, '… (150 values)'])
  expect([Object.keys(shown.wide).length, shown.wide['…']]).toEqual([101, '(150 keys)'])
  expect(JSON.stringify(shown).includes('"…"')).toBe(true)
})

test('a name from data never becomes a prototype', () => {
  const shown = maskSecrets(JSON.parse('{"__proto__": {"polluted": 1}}') as object) as object
  expect([Object.getPrototypeOf(shown) === Object.prototype, Object.hasOwn(shown, '__proto__')]).toEqual([true, true])
})
