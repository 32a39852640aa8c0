import { expect, test } from '@jest/globals'
import { plainJson } from '../../lib/control/plain-json.js'

test('what JSON has stays as it is', () => {
  const answer = { id: 1, value: { a: [1, null, 'x', true], __proto: {} } }
  expect(plainJson(answer)).toBe(JSON.stringify(answer))
})

test('what it does not have is text', () => {
  const value = [12345678901234567890123n, NaN, -Infinity, { shape: [1, 2], data: Float32Array.of(0.5, 1) }]
  expect(JSON.parse(plainJson({ value }))).toEqual({
    value: ['12345678901234567890123', 'NaN', '-Infinity', 'float32 [1, 2]: 0.5, 1'],
  })
})
