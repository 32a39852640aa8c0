import { expect, test } from '@jest/globals'
import { cut, detailOf, filledIn, partOf } from '../../../lib/runner/records/error-detail.js'

const seen = { seen: 1, revision: 2, message: 'm' }

test('a small detail is whole', () => {
  expect(detailOf({ data: { a: 1 }, comment: 'c' }, seen, 1024)).toEqual({
    ...seen,
    ...{ trace: [], text: '', data: { a: 1 }, comment: 'c' },
  })
})

test('only what is too long is cut', () => {
  const { comment, data } = detailOf({ data: { a: 1 }, comment: 'c'.repeat(5000) }, seen, 1024)
  expect(comment).toBe(`${'c'.repeat(partOf(1024))}... (5000 characters)`)
  expect(data).toEqual({ cut: '{\n  "a": 1\n}' })
})

test('a field that the data inherit does not fill a message', () => {
  expect(filledIn('{toString} {a}', { a: 'x' })).toBe('{toString} x')
})

test('what is short enough is not cut', () => {
  expect([cut('abc', 3), cut('abcd', 3)]).toEqual(['abc', 'abc... (4 characters)'])
})
