import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { blockOf, hashOf, type Block, type BlockParts } from '../../../lib/items/daemon/block.js'

const items = {
  level: { type: 'numeric', units: 's' },
  state: { type: 'enumerated', enumerators: { 0: 'off', 1: 'on' } },
}

function make(change: Partial<BlockParts> = {}): Block {
  const provenance = [{ stratum: 0, hostname: '127.0.0.1', rep: 10079, pub: 10139 }]
  return blockOf({ store: 'lamp', alias: 'main', uuid: 'a', items, provenance, time: 5, before: null, ...change })
}

test('a block that says what it said before keeps its time, wherever the daemon is', () => {
  const before = make()
  expect(make({ time: 9, before }).time).toBe(5)
  expect(make({ time: 9, before, provenance: [] }).time).toBe(5)
  expect(make({ time: 9, before, items: { ...items, more: {} } }).time).toBe(9)
  expect(Object.keys(before)).toEqual(['store', 'alias', 'uuid', 'time', 'hash', 'items', 'provenance'])
})

test('the hash is a whole number of JSON, the same for the same, whatever the order', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.jsonValue())), (made) => {
      const hash = hashOf('a', made)
      expect(Number.isSafeInteger(hash) && hash >= 0).toBe(true)
      const turned = Object.fromEntries(Object.entries(made).reverse())
      expect(hashOf('a', turned)).toBe(hash)
    }),
  )
})

test('another daemon, another item, another value: another hash', () => {
  const hashes = [
    hashOf('a', items),
    hashOf('b', items),
    hashOf('a', { ...items, x: {} }),
    hashOf('a', { x: { a: [1, 2] } }),
    hashOf('a', { x: { a: [2, 1] } }),
    hashOf('a', { x: { a: { 0: 1, 1: 2 } } }),
    hashOf('a', {
      x: {
        a: [
          ['0', 1],
          ['1', 2],
        ],
      },
    }),
    hashOf('a', JSON.parse('{"x":{"__proto__":1}}') as typeof items),
    hashOf('a', { x: {} }),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})
