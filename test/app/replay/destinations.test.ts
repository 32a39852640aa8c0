import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { destinationsOf } from '../../../lib/app/replay/destinations.js'
import { LetterFile } from '../../../lib/app/replay/letter-file.js'
import { Selection } from '../../../lib/app/replay/selection.js'
import { scratch } from '../scratch.js'
import { letter } from './letters.js'

const from = (supply: string, original: string | null = 'x') => letter(original, 'Map', undefined, null, { supply })

function find(lines: readonly string[], names: readonly string[], asked: string | null = null) {
  const dir = scratch({ 'dead.jsonl': lines.join('\n') })
  return destinationsOf(new Selection(new LetterFile(join(dir, 'dead.jsonl')), null), names, asked)
}

test('letters take the only place, or the one that is asked for, wherever they came from', () => {
  expect(find([from('Other'), letter('x')], ['A'])).toEqual([{ place: null, from: null }])
  expect(find([from('B'), letter('x')], ['A', 'B'], 'A')).toEqual([{ place: 'A', from: null }])
})

test('of several places each letter takes that of the supply that it came from', () => {
  expect(find([from('B'), from('A'), from('B')], ['A', 'B', 'C'])).toEqual([
    { place: 'B', from: 'B' },
    { place: 'A', from: 'A' },
  ])
})

test('if a letter that can be replayed does not say where it came from, nobody knows', () => {
  expect(find([from('A'), letter(null)], ['A', 'B'])).toEqual([{ place: 'A', from: 'A' }])
  expect(find([from('A'), letter('x')], ['A', 'B'])).toEqual([{ place: null, from: null }])
  expect(find([], ['A', 'B'])).toEqual([{ place: null, from: null }])
})

test('a supply that the app has not is told', () => {
  const message = "which the app hasn't: say with --supply whose place the letters take: A, B"
  expect(() => find([from('Old')], ['A', 'B'])).toThrow(`a letter came from Old, ${message}`)
  expect(() => find([from('Old'), from('Old')], ['A', 'B'])).toThrow(`2 letters came from Old, ${message}`)
})
