import { expect, test } from '@jest/globals'
import { pack, Packing, unpack } from '../../lib/workers/packing.js'

test('strings without line ends go as one text, everything else as a list; both come back', () => {
  for (const data of [['a', '', 'b'], [''], ['', '']]) {
    expect(typeof pack(data)).toBe('string')
    expect(unpack(pack(data))).toEqual(data)
  }
  for (const data of [['a', 'b\nc'], ['a', 1], [{ a: 1 }], [null]]) expect(unpack(pack(data))).toEqual(data)
})

test('what is packed one by one is a text as long as it can be, and in the order of what it came of', () => {
  const packing = new Packing()
  for (const [text, k] of [['c', 2], ['a', 0], ['b', 0], ['', 1]] as const) packing.add(text, k) // prettier-ignore
  expect(packing.taken()).toEqual({ data: 'a\nb\n\nc', ks: Uint32Array.from([0, 0, 1, 2]) })
  const mixed = new Packing()
  for (const [datum, k] of [['a', 0], [7, 1], ['b', 2]] as const) mixed.add(datum, k) // prettier-ignore
  expect(mixed.taken()).toEqual({ data: ['a', 7, 'b'], ks: Uint32Array.from([0, 1, 2]) })
  expect(new Packing().taken()).toEqual({ data: [], ks: new Uint32Array() })
})

test('many data are packed, more than fit at first', () => {
  const packing = new Packing()
  for (let k = 0; k < 2000; k++) packing.add(String(k), k)
  const { data, ks } = packing.taken()
  expect([unpack(data)[1999], ks[1999], ks.length]).toEqual(['1999', 1999, 2000])
})
