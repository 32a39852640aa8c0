import { expect, test } from '@jest/globals'
import { filenameIn } from '../../../lib/app/replay/filename-in.js'
import { itemSetter } from '../../../lib/movement/index.js'

test('the name is read from where the setter puts it', () => {
  expect(filenameIn(itemSetter('file'), { line: 'x', file: '/a.log' })).toBe('/a.log')
  expect(filenameIn(itemSetter(['from', 'file']), { from: { file: '/a.log' } })).toBe('/a.log')
})

test('there is none where the datum has lost it', () => {
  const data: unknown[] = [{ line: 'x' }, { file: 7 }, 'x', null, undefined, { from: null }]
  expect(data.map((datum) => filenameIn(itemSetter('file'), datum))).toEqual(data.map(() => null))
  expect(filenameIn(itemSetter(['constructor', 'name']), {})).toBeNull()
})

test('there is none where the setter writes something else, needs more than a name, or puts it nowhere', () => {
  const datum = { file: '/a.log', size: 1 }
  expect(filenameIn((data, name) => ({ ...data, file: name.length }), datum)).toBeNull()
  expect(filenameIn((data) => data.some.thing, datum)).toBeNull()
  expect(filenameIn((data) => data, datum)).toBeNull()
})
