import { expect, test } from '@jest/globals'
import { modToBe } from '../../lib/kv/options.js'

test('an update may name the last write by number or as an answer had it', () => {
  expect([modToBe(undefined), modToBe(3), modToBe({ revision: 9, modRevision: 4 })]).toEqual([undefined, 3, 4])
})

test('the revision of a key that was not there, or no revision, is refused', () => {
  for (const odd of [{ revision: 9, modRevision: null }, NaN, 1.5]) {
    expect(() => modToBe(odd)).toThrow('mustBeRev must be the revision of a key')
  }
})
