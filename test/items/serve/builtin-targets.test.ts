import { expect, test } from '@jest/globals'
import { Item, Store } from '../../../lib/items/index.js'
import { BuiltinTargets } from '../../../lib/items/serve/builtin-targets.js'
import { Escapement } from '../../../lib/movement/index.js'
import { Rights } from '../../../lib/rights/index.js'
import type { ServerRequest } from '../../../lib/wire/index.js'

const request = { type: 'GET', target: 'lamp._hash', principal: { kind: 'anonymous' } } as ServerRequest

function start() {
  const store = new Store('lamp', new Escapement())
  const block = { store: 'lamp', alias: 'main', uuid: 'u', time: 1, hash: 7, items: { level: {} }, provenance: [] }
  const missed: number[] = []
  const rights = new Rights({ trustsAnonymous: true })
  const targets = new BuiltinTargets({ store, block: () => block, rights, missed: (count) => missed.push(count) })
  return { store, block, targets, missed }
}

test('what is none of them is left to others', () => {
  const { store, targets } = start()
  expect(targets.answer({ store: 'lamp', key: 'level' }, request)).toBeNull()
  expect(targets.answer({ store: 'lamp', key: 'catalog' }, request)).not.toBeNull()
  new Item(store, 'Catalog', {})
  expect(targets.answer({ store: 'lamp', key: 'catalog' }, request)).toBeNull()
})

test('who may do all is told of the block itself', () => {
  const { block, targets } = start()
  expect(targets.answer({ store: 'lamp', key: '_catalog' }, request)).toEqual({ value: { u: block } })
  expect(targets.answer({ store: '', key: '_hash' }, request)).toEqual({ value: { lamp: { u: 7 } } })
  const set = { ...request, type: 'SET' as const }
  expect(() => targets.answer({ store: 'lamp', key: '_hash' }, set)).toThrow('lamp._hash is only read: send a GET')
})

test('a subscriber says how many publications never came to it, if it is a number', () => {
  const { targets, missed } = start()
  const say = (value: unknown) => targets.answer({ store: 'lamp', key: '_missed' }, { ...request, type: 'SET', value })
  expect(say(7)).toEqual({ value: true })
  for (const value of [0, -1, 1.5, 2 ** 53, '7', null, undefined]) {
    expect(() => say(value)).toThrow('what was missed must be a whole number of at least 1')
  }
  expect(missed).toEqual([7])
  expect(targets.answer({ store: 'lamp', key: '_missed' }, request)).toBeNull()
})
