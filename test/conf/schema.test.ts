import { expect, test } from '@jest/globals'
import { breach, describeSchema, kebab } from '../../lib/conf/schema.js'

const one = (entry: object) => describeSchema({ a: { b: { doc: 'x', ...entry } } })

test('each setting is a row with its path, variable and flag, groups within groups too', () => {
  const rows = describeSchema({
    dns: { cacheMax: { doc: 'How many.', format: 'nat', default: 5 } },
    output: { rotate: { afterMs: { doc: 'When.', format: 'duration', default: '1d' } } },
  })
  expect(rows.map(({ path, env, flag, default: preset }) => [path, env, flag, preset])).toEqual([
    ['dns.cacheMax', 'DEADBEAT_DNS_CACHE_MAX', '--dns.cache-max', 5],
    ['output.rotate.afterMs', 'DEADBEAT_OUTPUT_ROTATE_AFTER_MS', '--output.rotate.after-ms', '1d'],
  ])
})

test('a missing format is that of the default', () => {
  const formats = [5, 'x', true, ['a']].map((value) => one({ default: value })[0]?.format)
  expect(formats).toEqual(['number', 'string', 'boolean', 'strings'])
})

test("an insert that cannot work is the programmer's error, at once", () => {
  expect(() => one({ format: 'nut', default: 1 })).toThrow('a.b has no such format: "nut"')
  expect(() => one({ default: null })).toThrow(TypeError)
  expect(() => one({ format: 'nat', default: -1 })).toThrow('the default of a.b must be a whole number of at least 0')
  expect(() => one({ format: 'nat', default: 0, min: 1 })).toThrow('the default of a.b must be at least 1: it is 0')
  expect(() => describeSchema({ a: { constructor: { doc: 'x', default: 1 } } })).toThrow(/cannot be the name/)
  expect(() => describeSchema({ include: { doc: 'x', default: 1 } })).toThrow(/cannot be the name of a section/)
  expect(() => describeSchema({ 'a.b': { doc: 'x', default: 1 } })).toThrow(/cannot be the name/)
  expect(() => describeSchema({ a: { bC: { doc: 'x', default: 1 } }, aB: { c: { doc: 'x', default: 1 } } })).toThrow(
    'a.bC and aB.c share the environment variable DEADBEAT_A_B_C',
  )
})

test('limits of a number are part of its rule', () => {
  const [row] = one({ format: 'nat', default: 5, min: 1, max: 9 })
  if (row === undefined) throw new Error('no row')
  expect([0, 1, 9, 10].map((value) => breach(row, value))).toEqual([
    'must be at least 1',
    null,
    null,
    'must be at most 9',
  ])
})

test('names with capitals become kebab, runs of capitals as one', () => {
  expect(['cacheMax', 'ttlMs', 'asURL', 'plain'].map(kebab)).toEqual(['cache-max', 'ttl-ms', 'as-url', 'plain'])
})
