import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'
import { Item, Store } from '../../../lib/items/index.js'
import { docOf, schemaOf, type MayUse } from '../../../lib/items/proxy/schema.js'

function start(mayUse?: MayUse) {
  const store = new Store('lamp', new Escapement({ clock: new ManualClock() }))
  new Item(store, 'level', { type: 'numeric', doc: 'How bright it is.' })
  new Item(store, '_mainpid', { type: 'numeric' })
  store.methods.set('flash', { doc: 'Flash some times.', params: ['times'], call: () => null })
  store.methods.set('motor.home', { doc: '', call: () => null })
  store.methods.set('_schema', { doc: '', call: () => null })
  return schemaOf(store, mayUse)
}

test('a schema has the attributes and methods of a store, and nothing of the machinery', () => {
  const { name, attributes, methods } = start()
  expect(name).toBe('lamp')
  expect(attributes.map(({ key, type }) => [key, type])).toEqual([['level', 'numeric']])
  expect(methods).toEqual([
    { name: 'flash', doc: 'Flash some times.', params: ['times'] },
    { name: 'motor.home', doc: '', params: null },
  ])
})

test('who may use only some of it is told of that only', () => {
  const { attributes, methods } = start((right, path) => right === 'call' && path === 'flash')
  expect([attributes.length, methods.map(({ name }) => name)]).toEqual([0, ['flash']])
  expect(start((right) => right === 'set').attributes).toHaveLength(1)
})

test('the documentation is that of one path, of a part, or of all', () => {
  const schema = start()
  expect(docOf(schema, 'FLASH')).toBe('Flash some times.')
  expect(docOf(schema, 'motor')).toBe('motor.home(…)')
  expect(docOf(schema)).toBe('level: How bright it is.\nflash(times): Flash some times.\nmotor.home(…)')
  expect(() => docOf(schema, 'flahs')).toThrow(/lamp has no flahs: did you mean flash\?/)
  expect(() => docOf(schema, 'zebra')).toThrow(/lamp has no zebra: it has level, flash, motor\.home/)
})
