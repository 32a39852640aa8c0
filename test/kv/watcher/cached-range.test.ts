import { expect, test } from '@jest/globals'
import type { Change, Kv, RangeResult } from '../../../lib/kv/engine/engine.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { CachedRange } from '../../../lib/kv/watcher/cached-range.js'

const kv = (key: string, mod: number, value = `${key}${mod}`): Kv => ({
  key,
  mod,
  value: Buffer.from(value),
  create: 2,
  version: 1,
  lease: 0n,
})
const put = (key: string, mod: number): Change => ({ type: 'put', kv: kv(key, mod) })
const deletion = (key: string, mod: number): Change => ({ type: 'delete', kv: kv(key, mod) })
const text = (result: RangeResult | null): string | null =>
  result === null
    ? null
    : result.kvs.map(({ key, mod, value }) => `${key}@${mod}=${Buffer.from(value).toString()}`).join(' ')

const range = prefixRange('k')

function start(hasValues = true) {
  const cached = new CachedRange(range)
  cached.set([kv('k1', 3), kv('k2', 4)], 5, hasValues)
  return cached
}

test('a state is answered from where it is known up to what was told', () => {
  const cached = start()
  expect(text(cached.answer(range, 5, 5))).toBe('k1@3=k13 k2@4=k24')
  expect(text(cached.answer({ key: 'k2' }, 9, 9))).toBe('k2@4=k24')
  expect(text(cached.answer({ key: 'k9' }, 9, 9))).toBe('')
  expect([cached.answer(range, 4, 9), cached.answer(range, 10, 9)]).toEqual([null, null])
  expect(new CachedRange(range).answer(range, 5, 5)).toBeNull()
})

test('changes are in it, and states before them no longer', () => {
  const cached = start()
  cached.apply([put('k0', 7), deletion('k1', 7)], 7)
  expect(text(cached.answer(range, 8, 8))).toBe('k0@7=k07 k2@4=k24')
  expect([cached.answer(range, 6, 8), cached.lastChange, cached.size]).toEqual([null, 7, 2])
  cached.apply([put('k2', 9)], 9)
  expect(text(cached.answer(range, 9, 9))).toBe('k0@7=k07 k2@9=k29')
})

test('what was told of before its state changes nothing', () => {
  const cached = start()
  cached.apply([deletion('k1', 2)], 2)
  expect(text(cached.answer(range, 5, 5))).toBe('k1@3=k13 k2@4=k24')
})

test('of keys that were only listed a value is known once it was learnt', () => {
  const cached = start(false)
  expect(text(cached.answer({ ...range, keysOnly: true }, 5, 5))).toBe('k1@3= k2@4=')
  expect([cached.answer(range, 5, 5), cached.answer({ key: 'k1' }, 5, 5)]).toEqual([null, null])
  cached.learn(kv('k1', 3, 'learnt'))
  cached.learn(kv('k2', 3, 'old'))
  cached.learn(kv('k3', 3, 'unknown'))
  expect(text(cached.answer({ key: 'k1' }, 5, 5))).toBe('k1@3=learnt')
  expect(cached.answer({ key: 'k2' }, 5, 5)).toBeNull()
  cached.apply([put('k2', 6)], 6)
  expect(text(cached.answer(range, 6, 6))).toBe('k1@3=learnt k2@6=k26')
})

test('a newer state takes its place, an older one does not, and one behind missing history always does', () => {
  const cached = start()
  cached.set([kv('k3', 6)], 6, true)
  expect(text(cached.answer(range, 6, 5))).toBe('k3@6=k36')
  cached.apply([put('k4', 8)], 8)
  cached.set([kv('k5', 7)], 7, true)
  expect(text(cached.answer(range, 8, 8))).toBe('k3@6=k36 k4@8=k48')
  cached.restart([kv('k6', 3)], 4)
  expect([text(cached.answer(range, 4, 4)), cached.answer(range, 3, 4)]).toEqual(['k6@3=k63', null])
})

test('what it does not hold as it is asked for it does not answer', () => {
  const cached = start()
  const other = prefixRange('k1')
  expect(
    [{ ...range, limit: 1 }, { ...range, countOnly: true }, other].map((each) => cached.answer(each, 5, 5)),
  ).toEqual([null, null, null])
})
