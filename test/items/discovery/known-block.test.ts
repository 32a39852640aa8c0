import { endpointOf, isSameBlock, isSameHash, readBlock } from '../../../lib/items/discovery/known-block.js'
import { blockAt } from './blocks.js'

test('a block is read as it is, with names in lower case', () => {
  const sent = { ...blockAt(7), store: 'Lamp', alias: 'MAIN', items: { Level: { type: 'numeric' } }, unknown: 1 }
  expect(readBlock(sent)).toEqual(blockAt(7))
  expect(readBlock({ ...sent, override: true })).toEqual({ ...blockAt(7), override: true })
})

test('a hash of 128 bits stays what it is', () => {
  const hash = 154987922404031534025949415833612942143n
  expect(readBlock(blockAt(7, { hash })).hash).toBe(hash)
  expect(isSameHash(hash, String(hash))).toBe(true)
  expect(isSameHash(undefined, undefined)).toBe(false)
  expect(isSameBlock(blockAt(7, { hash }), blockAt(7, { hash: hash + 1n }))).toBe(false)
})

test('the daemon is at the first place that publishes', () => {
  const registry = { stratum: 1, hostname: 'r', rep: 9 }
  const daemon = { stratum: 0, hostname: 'd', rep: 7, pub: 8 }
  expect(endpointOf({ provenance: [registry, daemon] })).toBe(daemon)
  expect(endpointOf({ provenance: [registry] })).toBeNull()
})

const at = (place: object) => ({ ...blockAt(7), provenance: [{ stratum: 0, hostname: 'd', rep: 7, pub: 8, ...place }] })

test.each([
  [null, 'a block must be an object: it is null'],
  [[], 'a block must be an object: it is []'],
  [{}, 'the name of a store must be'],
  [{ ...blockAt(7), store: '../../etc' }, 'the name of a store must be'],
  [{ ...blockAt(7), store: 'a.b' }, 'the name of a store must be'],
  [{ ...blockAt(7), store: { toString: null } }, 'the name of a store must be'],
  [{ ...blockAt(7), alias: 'a/b' }, "the name of a store's daemon (its alias) must be"],
  [{ ...blockAt(7), uuid: '../passwd' }, 'uuid must be a text of letters, digits and -: it is "../passwd"'],
  [{ ...blockAt(7), uuid: 'x'.repeat(65) }, 'uuid must be'],
  [{ ...blockAt(7), time: NaN }, 'time must be a number: it is'],
  [{ ...blockAt(7), hash: null }, 'hash must be a number or a text: it is null'],
  [{ ...blockAt(7), items: [] }, 'items must be an object: it is []'],
  [{ ...blockAt(7), items: { level: 3 } }, 'items.level must be an object: it is 3'],
  [{ ...blockAt(7), provenance: [] }, 'provenance must be a list of 1 to 64: it is []'],
  [{ ...blockAt(7), provenance: [null] }, 'provenance.0 must be an object: it is null'],
  [at({ rep: 0 }), 'provenance.0.rep must be a port: it is 0'],
  [at({ rep: '80' }), 'provenance.0.rep must be a port: it is "80"'],
  [at({ pub: 65_536 }), 'provenance.0.pub must be a port: it is 65536'],
  [at({ hostname: 'a b' }), 'hostname must be a text of a host: it is "a b"'],
  [at({ hostname: 'tcp://x/..' }), 'hostname must be a text of a host'],
  [at({ curve: 'short' }), 'curve must be a text of 40 characters: it is "short"'],
])('%j is no block', (sent, message) => {
  expect(() => readBlock(sent)).toThrow(message)
})

test('a key called __proto__ is an item like others', () => {
  const { items } = readBlock(JSON.parse(JSON.stringify(blockAt(7)).replace('"level"', '"__proto__"')))
  expect(Object.keys(items)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(items)).toBe(Object.getPrototypeOf({}))
})
