import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkPath, checkPrefix, comparePaths, depthOf, keyOf, pathOf } from '../../lib/kv/path.js'

const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter((text) => !text.includes('/'))
const path = fc.array(segment, { minLength: 1, maxLength: 12 }).map((parts) => `/${parts.join('/')}`)

test.each([
  ['/a', '312f61'],
  ['/a/b', '322f612f62'],
  ['/pb/pb-x/state', '332f70622f70622d782f7374617465'],
  ['/é', '312fc3a9'],
  ['/x/x/x/x/x/x/x/x/x/x', `3130${'2f78'.repeat(10)}`],
])('the key of %s is what the Python library writes', (of, hex) => {
  expect(Buffer.from(keyOf(of), 'latin1').toString('hex')).toBe(hex)
})

test('the path of a key is the one that it was made of', () => {
  fc.assert(fc.property(path, (of) => pathOf(keyOf(of)) === of))
})

test('what is no key of a path has none', () => {
  for (const key of ['', 'a', '/a', '2/a', '01/a', 'x1/a', 'txn/7', '1/\xff', '1/\xed\xa0\x80']) {
    expect(pathOf(key)).toBeNull()
  }
})

test('a replacement character that somebody wrote is a character like others', () => {
  expect(pathOf(keyOf('/\ufffd'))).toBe('/\ufffd')
})

test('paths are ordered as their bytes are', () => {
  fc.assert(
    fc.property(path, path, (a, b) => Math.sign(comparePaths(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b))),
  )
})

test('a key needs a first slash and no last one; a prefix may end with it', () => {
  for (const wrong of ['', 'a', 'a/b']) {
    expect(() => {
      checkPrefix(wrong)
    }).toThrow('must start')
  }
  expect(() => {
    checkPath('/a/')
  }).toThrow('path "/a/" has a trailing slash')
  expect(() => {
    checkPath('/')
  }).toThrow('trailing')
  checkPrefix('/')
  checkPrefix('/a/')
})

test('what is not clean is refused where it is to be clean only', () => {
  for (const odd of ['//x', '/a//b', '/a\0']) {
    checkPath(odd)
    expect(() => {
      checkPath(odd, 'strict')
    }).toThrow('must have no empty segment')
  }
  checkPath('/\u{1f600}/ü/..', 'strict')
})

test('half of a surrogate pair is never a path, as no key can hold it', () => {
  for (const odd of ['/\ud800', '/a\udc00b', '/\udc00\ud800']) {
    expect(() => {
      checkPath(odd)
    }).toThrow('must have no half of a surrogate pair')
  }
})

test('depth is the number of slashes', () => {
  expect(['/', '/a', '/a/b', '//x'].map(depthOf)).toEqual([1, 1, 2, 2])
})
