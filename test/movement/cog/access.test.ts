import { runInNewContext } from 'node:vm'
import { describe, expect, jest, test } from '@jest/globals'
import * as access from '../../../lib/movement/cog/access.js'
import { INLINE, setOwn, shallowCopy, wholeGetter, wholeSetter } from '../../../lib/movement/cog/access.js'
import type { Line } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../../lib/testing/index.js'
import { testAccess } from '../../support/access-suite.js'
import { ManualDrain } from '../../support/engine-kit.js'

const generated = await load('on')
const plain = await load('off')

describe('generated', () => {
  testAccess(generated)
})

describe('with DEADBEAT_CODEGEN=off', () => {
  testAccess(plain)

  test('nothing is offered to the engine as text', () => {
    expect(Object.getOwnPropertySymbols(plain.itemGetter('a'))).toEqual([])
  })
})

test('each generated accessor offers its text', () => {
  const get = generated.itemGetter('a') as access.Inlined
  expect(get[generated.INLINE]?.('d', '')).toBe('d["a"]')
  expect((generated.itemSetter('a') as access.Inlined)[generated.INLINE]?.('d', 'p')).toBe('(d["a"] = p, d)')
  expect([wholeGetter[INLINE]?.('d', ''), wholeSetter[INLINE]?.('d', 'p')]).toEqual(['d', 'p'])
  expect([wholeGetter(7), wholeSetter(7, 8)]).toEqual([7, 8])
})

test('setOwn never reaches a prototype', () => {
  const data = {}
  setOwn(data, '__proto__', { admin: true })
  setOwn(data, 'b', 1)
  expect('admin' in data).toBe(false)
  expect(Object.keys(data)).toEqual(['__proto__', 'b'])
})

test.each([
  ['a plain object', { a: { b: 1 } }],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
  ['an own property called __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ['a list', [1, { a: 1 }]],
  ['a Map', new Map([[1, 2]])],
  ['a Set', new Set([1])],
  ['a Date', new Date(7)],
  ['a Buffer', Buffer.from('abc')],
  ['a typed array', Float64Array.of(1, 2)],
  ['a DataView', new DataView(new ArrayBuffer(3))],
  ['a plain object that is frozen', Object.freeze({ a: 1 })],
  [
    'an object without a prototype that is frozen',
    Object.freeze(Object.assign(Object.create(null) as object, { a: 1 })),
  ],
  ['a plain object of another realm', runInNewContext('({ a: 1 })') as object],
  ['a list of another realm', runInNewContext('[1, 2]') as object],
])('a shallow copy is of the same kind, and another: %s', (_name, data: object) => {
  const copy = shallowCopy(data)
  expect(copy).toEqual(data)
  expect(copy).not.toBe(data)
  expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(data))
  expect(Object.keys(copy)).toEqual(Object.keys(data))
})

test('a copy of what is frozen can be written', () => {
  for (const data of [{ a: 1 }, Object.assign(Object.create(null) as { a?: number }, { a: 1 })]) {
    Object.freeze(data)
    const copy = shallowCopy(data)
    copy.a = 2
    expect([copy.a, data.a]).toEqual([2, 1])
  }
})

test.each([
  [
    'Purse',
    new (class Purse {
      #sum = 7
      get sum() {
        return this.#sum
      }
    })(),
  ],
  [
    'Point',
    Object.freeze(
      new (class Point {
        x = 1
      })(),
    ),
  ],
  ['Keys', new (class Keys extends Map {})()],
  ['Row', new (class Row extends Array {})()],
  ['Day', new (class Day extends Date {})()],
  ['URL', new URL('https://example.org')],
  ['RegExp', /a/],
  ['Error', new Error('a')],
  ['Promise', Promise.resolve()],
])('an object of the class %s is refused: what it keeps private would stay behind', (name, data) => {
  expect(() => shallowCopy(data as object)).toThrow(
    `cannot copy an object of the class ${name}, for what that keeps private would stay behind: make it a plain object, or say shared: true for a branch that only reads it`,
  )
})

test('an object of a class fails at a fork, which says what to do, and goes where it is shared', async () => {
  class Purse {
    readonly #sum = 7
    sum(): number {
      return this.#sum
    }
  }
  const forked = async (shared: boolean) => {
    const { train, dead } = testTrain()
    const supply = new TestSupply<Purse>(train, {})
    const drains = [new ManualDrain<number>(train), new ManualDrain<number>(train)]
    const [left, right] = drains.map((drain) => train.line((purse: Purse) => [purse.sum()], drain))
    train.line(supply, (purse) => [purse]).to({ line: left as Line<Purse>, shared }, right as Line<Purse>)
    const running = train.run({ signals: false })
    await turnOfNode()
    supply.push(new Purse())
    for (const drain of drains) drain.flush()
    supply.close()
    await running
    return { taken: drains.map(({ taken }) => taken), dead }
  }
  expect(await forked(true)).toEqual({ taken: [[7], [7]], dead: [] })
  expect(await forked(false)).toMatchObject({
    taken: [[], []],
    dead: [
      { cog: 'fork', error: { message: expect.stringMatching(/^fork failed on .*: cannot copy .* shared: true/) } },
    ],
  })
})

test('a copy of bytes has bytes of its own', () => {
  const bytes = Buffer.from('abc')
  const copy = shallowCopy(bytes)
  copy[0] = 0x7a
  expect([bytes.toString(), copy.toString()]).toEqual(['abc', 'zbc'])
})

test.each([[7], ['text'], [null], [undefined], [true]])('what has no parts is its own copy: %p', (data) => {
  expect(shallowCopy(data)).toBe(data)
})

/** The module as it is where code may be generated, and where it may not. */
async function load(mode: 'on' | 'off'): Promise<typeof access> {
  const before = process.env['DEADBEAT_CODEGEN']
  process.env['DEADBEAT_CODEGEN'] = mode
  let loaded!: typeof access
  await jest.isolateModulesAsync(async () => {
    loaded = await import('../../../lib/movement/cog/access.js')
  })
  if (before === undefined) delete process.env['DEADBEAT_CODEGEN']
  else process.env['DEADBEAT_CODEGEN'] = before
  return loaded
}
