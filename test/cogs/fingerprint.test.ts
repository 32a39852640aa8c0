import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fingerprint, type FingerprintOptions } from '../../cogs/fingerprint.js'
import { itemGetter, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { hashOf } from '../../lib/text/keyed-hash.js'

function start(options: FingerprintOptions<object> = {}) {
  const cog = new Fingerprint<object>(testTrain().train, options)
  const print = (data: object) =>
    ([...(cog.turn({ ...data }) as Iterable<object>)][0] as { fingerprint: string }).fingerprint
  return { cog, print }
}

test('is the hash of the chosen fields as JSON with sorted keys', () => {
  const { print } = start({ fields: ['user', '/http/status'] })
  expect(print({ user: 'anna', http: { status: 200, x: 1 }, time: 7 })).toBe(
    hashOf('{"/http/status":200,"user":"anna"}', null, 32),
  )
})

test('tells what differs in a field from what does not', () => {
  const { print } = start({ fields: ['a', 'b'] })
  const same = [print({ a: { x: 1, y: 2 }, b: 1, c: 1 }), print({ b: 1, a: { y: 2, x: 1 }, c: 2 })]
  expect(new Set(same).size).toBe(1)
  const others = [{ a: 1 }, { a: '1' }, { a: null }, {}, { b: 1 }, { a: 1, b: 1 }, { a: [1] }]
  expect(new Set(others.map(print)).size).toBe(others.length)
})

test('without fields looks at all of it, with a getter at what that reads', () => {
  const { print } = start({ digits: 64 })
  expect(print({ b: 1, a: 2 })).toBe(hashOf('{"a":2,"b":1}', null, 64))
  expect(start({ getter: itemGetter('line') }).print({ line: 'x', other: 1 })).toBe(hashOf('"x"', null, 32))
})

test('under a key it is another, and the key shows nowhere', () => {
  const key = '000102030405060708090a0b0c0d0e0f'
  const { cog, print } = start({ key })
  expect(print({ a: 1 })).toBe(hashOf('{"a":1}', Buffer.from(key, 'hex'), 32))
  expect(String(cog)).not.toContain(key)
})

test('reads the key from a file when it starts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-'))
  writeFileSync(join(folder, 'key'), '00ff\n')
  const { cog, print } = start({ keyFile: join(folder, 'key') })
  expect(() => print({ a: 1 })).toThrow('cannot hash before start()')
  cog.start()
  expect(print({ a: 1 })).toBe(hashOf('{"a":1}', Buffer.of(0, 255), 32))
  rmSync(folder, { recursive: true })
  expect(() => start({ keyFile: '/nowhere' }).cog.start()).toThrow('keyFile must be a readable file')
})

test('names that objects inherit are only ever own properties', () => {
  const { print } = start({ fields: ['constructor', '__proto__'] })
  expect(print({})).toBe(hashOf('{}', null, 32))
  expect(print(JSON.parse('{"__proto__":1}') as object)).not.toBe(print({}))
})

test('puts the fingerprint where it is told to', () => {
  const { cog } = start({ fields: ['a'], setter: itemSetter('id') })
  expect(cog.turn({ a: 1 })).toEqual([{ a: 1, id: hashOf('{"a":1}', null, 32) }])
})

test('refuses what it can not do', () => {
  expect(() => start({ digits: 7 })).toThrow('digits must be at least 8: it is 7')
  expect(() => start({ digits: 65 })).toThrow('digits must be at most 64: it is 65')
  expect(() => start({ key: '00', keyFile: 'x' })).toThrow('either key or keyFile must be given: there are both')
  expect(() => start({ fields: ['a'], getter: itemGetter('b') })).toThrow('either fields or a getter must be given')
  expect(() => start().print({ a: 1n })).toThrow(TypeError)
})
