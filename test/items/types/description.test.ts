import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { entryOf, optionsOf } from '../../../lib/items/types/description.js'

test('an item’s options become its entry in the catalog', () => {
  expect(
    entryOf({
      ...{ type: 'numeric', doc: 'How bright.', units: { '': 'rad', formatted: 'deg' }, format: '%.1f', step: 1 },
      ...{
        range: [0, 10],
        initial: 3,
        persist: { durable: true },
        gettable: false,
        accept: () => 1,
        metric: { name: 'x', kind: 'gauge' },
      },
    }),
  ).toEqual({
    ...{ type: 'numeric', description: 'How bright.', units: { '': 'rad', formatted: 'deg' }, format: '%.1f', step: 1 },
    ...{ range: [0, 10], initial: 3, persist: true, gettable: false },
  })
})

test('it says what follows from what an item does, and no secret', () => {
  expect(entryOf({ type: 'numeric', compute: () => 1, initial: null })).toEqual({ type: 'numeric', settable: false })
  expect(entryOf({ type: 'string', initial: 'x', isSecret: true })).toEqual({ type: 'string' })
  expect(entryOf({ type: 'boolean' })).toEqual({ type: 'boolean', enumerators: { 0: 'False', 1: 'True' } })
})

test('what is not understood in an entry is kept, and has no effect', () => {
  const entry = {
    ...{ type: 'duration', description: 5, range: [1], step: -1, enumerators: { 0: 1 }, choices: 'a', units: [] },
    ...{ persist: 'true', settable: 'no', colour: 'red', isSecret: true, accept: 'x' },
  }
  expect(optionsOf(entry)).toEqual({ extra: entry })
  expect(entryOf(optionsOf(entry))).toEqual(entry)
})

test('how an item is persistent is known here, and others are told that it is', () => {
  const persist = { restore: 'set', durable: true }
  expect(optionsOf({ persist })).toEqual({ persist })
  expect(entryOf(optionsOf({ persist }))).toEqual({ persist: true })
})

test('a name of a prototype is a field like any other', () => {
  const entry = JSON.parse('{"__proto__": {"type": "numeric"}, "constructor": 1}') as Record<string, unknown>
  expect(optionsOf(entry).type).toBeUndefined()
  expect(JSON.stringify(entryOf(optionsOf(entry)))).toBe(JSON.stringify(entry))
})

test('an entry comes back as it was', () => {
  const field = fc.constantFrom('type', 'description', 'units', 'format', 'range', 'step', 'settable', 'initial', 'x')
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('numeric', 'string', 'deg', true, false, [0, 1], 2))
  fc.assert(
    fc.property(fc.dictionary(field, value), (entry) => {
      const plain = JSON.parse(JSON.stringify(entry)) as Record<string, unknown>
      if (plain['initial'] === null) delete plain['initial'] // That is what an item has without it.
      expect(entryOf(optionsOf(plain))).toEqual(plain)
    }),
  )
})
