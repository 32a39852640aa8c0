import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LetterFile } from '../../../lib/app/replay/letter-file.js'
import { Selection } from '../../../lib/app/replay/selection.js'
import { scratch } from '../scratch.js'
import { letter } from './letters.js'

function select(lines: readonly string[], only: string | null = null) {
  const dir = scratch({ 'dead.jsonl': lines.join('\n') })
  const selection = new Selection(new LetterFile(join(dir, 'dead.jsonl')), only)
  const originals = [...selection].map(({ original }) => String(original))
  const { selected, replayed, withoutOriginal } = selection
  return { originals, selected, replayed, withoutOriginal }
}

test('only letters of the cog that is named are chosen', () => {
  const { originals, selected, replayed } = select(
    [letter('a', 'Map'), letter('b', 'Filter'), letter(null, 'Map')],
    'Map',
  )
  expect({ originals, selected, replayed }).toEqual({ originals: ['a'], selected: 2, replayed: 1 })
})

test('letters without an input are left, and their lines are known', () => {
  const { originals, withoutOriginal } = select([letter(null), letter('a'), letter(null), letter('')])
  expect({ originals, withoutOriginal }).toEqual({ originals: ['a', ''], withoutOriginal: [1, 3] })
})

test('an event of which several parts failed goes once; another of the same input goes, too', () => {
  const lines = [letter('a', 'Map', '1'), letter('a', 'Filter', '1'), letter('a', 'Map', '2'), letter('b', 'Map', '1')]
  const { originals, replayed } = select(lines)
  expect({ originals, replayed }).toEqual({ originals: ['a', 'a', 'b'], replayed: 4 })
})

test('letters of one supply can be chosen, and are counted by supply', () => {
  const from = (name: string, original: string | null = name) =>
    letter(original, 'Map', undefined, null, { supply: name })
  const lines = [from('A'), from('B'), from('A', 'a'), from('A', null), letter(null), letter('c')]
  const dir = scratch({ 'dead.jsonl': lines.join('\n') })
  const select = (supply: string | null) => new Selection(new LetterFile(join(dir, 'dead.jsonl')), null, supply)
  const originals = (supply: string) => [...select(supply)].map(({ original }) => String(original))
  expect([originals('A'), originals('B'), originals('')]).toEqual([['A', 'a'], ['B'], ['c']])
  expect(select(null).supplies()).toEqual(new Map([['A', 2], ['B', 1], ['', 1]])) // prettier-ignore
})

test('it can be counted without anything being taken', () => {
  const dir = scratch({ 'dead.jsonl': [letter('a'), letter(null)].join('\n') })
  const selection = new Selection(new LetterFile(join(dir, 'dead.jsonl')), null)
  selection.count()
  expect(selection).toMatchObject({ selected: 2, replayed: 1, withoutOriginal: [2] })
})
