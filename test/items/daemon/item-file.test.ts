import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../../../lib/errors/index.js'
import { checkItems, readItemFile } from '../../../lib/items/daemon/item-file.js'
import { temporary } from '../../support/temporary.js'

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('keys are in lower case, and what is not known is kept', () => {
  const description = { type: 'numeric', units: { '': 'radians', formatted: 'degrees' }, colour: 'red', key: 'ANGLE' }
  expect(checkItems({ ANGLE: description, 'kpf.Ü-1': {} })).toEqual({ angle: description, 'kpf.ü-1': {} })
})

test('every fault is told at once, with the key, the rule and the value', () => {
  const faults = faultsOf(() =>
    checkItems({
      level: { type: 'number', range: [3, 1], settable: 'yes', step: 0 },
      Level: {},
      _pid: {},
      list: [],
      state: { type: 'enumerated' },
      other: { type: 'enumerated', enumerators: { off: 0 } },
      text: { type: 'string', range: [0, 1], pattern: '(', lengthMax: -1, setable: false },
    }),
  )
  expect(faults).toEqual([
    'level.type must be one of boolean, bulk, enumerated, json, mask, numeric, numeric array, string: it is "number"',
    'level.range must be [lowest, highest], two numbers: it is [3,1]',
    'level.settable must be true or false: it is "yes"',
    'level.step must be a number above 0: it is 0',
    'level.range is for numbers: the type is "number"',
    'level.step is for numbers: the type is "number"',
    'Level stands twice: keys must differ by more than case',
    expect.stringMatching(/^"_pid" is no key: it must be at most 256 printable characters/),
    'list must be an object that describes the item: it is []',
    'state.enumerators must be there: the type is enumerated',
    'other.enumerators must be an object of labels, each by its number, no two alike: { "0": "off", "1": "on" }: it is {"off":0}',
    'text.pattern must be a regular expression, as re2 has them: it is "("',
    'text.lengthMax must be a whole number of at least 1: it is -1',
    'text.setable means nothing: settable was probably meant',
    'text.range is for numbers: the type is "string"',
  ])
})

test('an item is persistent, or persistent in a way of its own', () => {
  const file = { a: { persist: true }, b: { persist: { restore: 'set', durable: true } } }
  expect(checkItems(file)).toEqual(file)
  expect(faultsOf(() => checkItems({ a: { persist: { restore: 'loudly' } } }))).toEqual([
    'a.persist must be true, false, or an object of restore (silently or set) and durable (true or false): it is {"restore":"loudly"}',
  ])
})

test('a format, a pattern and choices are looked through, too', () => {
  const of = (description: object) => faultsOf(() => checkItems({ x: description })).length
  expect([of({ format: '%2d:%2.2d:%04.1f' }), of({ format: '%y' }), of({ format: 'none' })]).toEqual([0, 1, 1])
  expect([of({ pattern: '[a-z]+' }), of({ pattern: '(?=a)' })]).toEqual([0, 1])
  expect([of({ choices: ['a', 1] }), of({ choices: [null] }), of({ nan: 'keep' }), of({ nan: 'x' })]).toEqual([
    0, 1, 0, 1,
  ])
})

test('a mask has bits by number, and a label for none of them', () => {
  const of = (type: string, enumerators: object) => faultsOf(() => checkItems({ x: { type, enumerators } })).length
  expect(of('mask', { None: 'clear', 0: 'hot', 52: 'late' })).toBe(0)
  expect([of('mask', { 53: 'a' }), of('mask', { '-1': 'a' }), of('mask', {})]).toEqual([1, 1, 1])
  expect([of('enumerated', { '-1': 'a', 7: 'b' }), of('boolean', { 0: 'No', 1: 'Yes' })]).toEqual([0, 0])
  expect([
    of('enumerated', { None: 'a' }),
    of('enumerated', { 0: 'on', 1: 'ON' }),
    of('enumerated', { '007': 'a' }),
  ]).toEqual([1, 1, 1])
})

test('a file is read by its ending, and faults have their lines', () => {
  const path = join(temporary(), 'main.yaml')
  writeFileSync(path, 'level:\n  type: numeric\n  units: mm\n')
  expect(readItemFile(path)).toEqual({ level: { type: 'numeric', units: 'mm' } })
  writeFileSync(path, 'level:\n  type: numeric\n  step: -1\n')
  expect(faultsOf(() => readItemFile(path))).toEqual([`level.step must be a number above 0: it is -1 (${path}:3)`])
})

test('what an item begins with is a value that it takes; a label stands for its number', () => {
  const enumerators = { 0: 'off', 1: 'on' }
  expect(checkItems({ mode: { type: 'enumerated', enumerators, initial: 'ON' } })['mode']).toMatchObject({ initial: 1 })
  expect(checkItems({ x: { type: 'numeric', initial: null }, y: { initial: { a: 1 } } })['y']).toEqual({
    initial: { a: 1 },
  })
  expect(
    faultsOf(() =>
      checkItems({
        level: { type: 'numeric', range: [0, 10], initial: 11 },
        count: { type: 'numeric', initial: 'x' },
        mode: { type: 'enumerated', enumerators, initial: 'blue' },
        speed: { type: 'numeric', initail: 1 },
      }),
    ),
  ).toEqual([
    'level.initial must be from 0 to 10: it is 11',
    'count.initial must be a number: it is "x"',
    'mode.initial must be one of 0 (off), 1 (on): it is "blue"',
    'speed.initail means nothing: initial was probably meant',
  ])
})

test('a label that is no text, nor can be made one, is a fault', () => {
  const tree = JSON.parse('{"mode":{"enumerators":{"0":{"toString":{}}}}}') as Record<string, unknown>
  expect(faultsOf(() => checkItems(tree))).toEqual([
    expect.stringContaining('mode.enumerators must be an object of labels'),
  ])
})

test('whatever stands in it, it is taken or refused with faults', () => {
  const field = fc.constantFrom('type', 'units', 'enumerators', 'range', 'format', '__proto__', 'constructor')
  const description = fc.dictionary(field, fc.jsonValue())
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), description)), (tree) => {
      const parsed = JSON.parse(JSON.stringify(tree)) as Record<string, unknown>
      if (faultsOf(() => checkItems(parsed)).length > 0) return
      expect(Object.keys(checkItems(parsed))).toEqual(Object.keys(parsed).map((key) => key.toLowerCase()))
    }),
  )
})
