import { expect, test } from '@jest/globals'
import { prefixRange } from '../../lib/kv/engine/range.js'
import { allowsRange, pathOfKey } from '../../lib/rights/allows-range.js'
import { readRules, Rights, type Principal } from '../../lib/rights/index.js'

const backup: Principal = { kind: 'certificate', id: 'backup' }
const rules = readRules({
  rules: [
    { who: 'certificate backup', may: 'read', on: ['/lab/*', '/größe/*', '/one', '/a?/*', '*'] },
    { who: 'certificate other', may: ['read', 'set'], on: '/*' },
  ],
})
const rights = new Rights({ rules: () => rules, ownUid: 1 })
const bytes = (text: string): string => Buffer.from(text).toString('latin1')
const mayList = (prefix: string): boolean => rights.mayRange(backup, 'read', prefixRange(bytes(prefix)))

test('a range is allowed that is within the paths of one rule, at any depth', () => {
  expect(['2/lab/', '/lab/', '3/lab/a/', '2/lab/x', '2/größe/'].map(mayList)).toEqual(Array(5).fill(true))
  expect(['1/', '2/la', '2/lab', '3/one', '2/ab/', 'lab/', 'x2/lab/'].map(mayList)).toEqual(Array(7).fill(false))
  expect(rights.mayRange(backup, 'set', prefixRange('2/lab/'))).toBe(false)
})

test.each([
  ['everything', { key: '\0', end: '\0' }],
  ['one without an end', { key: '2/lab/', end: '\0' }],
  ['one that goes on', { key: '2/lab/', end: '2/lac' }],
  ['one that ends before it begins', { key: '2/lab/b', end: '2/lab/a' }],
  ['another depth at its end', { key: '2/lab/', end: '3/lab/' }],
])('a range is refused: %s', (_, range) => {
  expect(rights.mayRange(backup, 'read', range)).toBe(false)
})

test('one key is asked by its path; one that is no path is for nobody, also if an item is called so', () => {
  expect(['2/lab/a', '1/one', '/one'].map((key) => rights.mayRange(backup, 'read', { key }))).toEqual([
    true,
    true,
    true,
  ])
  expect(['lab/a', '2/other', ''].map((key) => rights.mayRange(backup, 'read', { key }))).toEqual([false, false, false])
  expect(rights.mayRange({ kind: 'uid', id: 1 }, 'set', { key: 'lab' })).toBe(true)
  expect(pathOfKey(bytes('2/größe'))).toBe('/größe')
})

test('a rule for other rights or other people allows nothing', () => {
  const [, other] = rules
  if (other === undefined) throw new Error('there are two')
  const range = prefixRange('1/')
  expect(allowsRange(other, { kind: 'certificate', id: 'other' }, 'set', range)).toBe(true)
  expect(allowsRange(other, { kind: 'certificate', id: 'other' }, 'run', range)).toBe(false)
  expect(allowsRange(other, backup, 'set', range)).toBe(false)
})
