import { expect, test } from '@jest/globals'
import { cutAt, cutStage } from '../../../lib/movement/chain/cut-stage.js'

test('lets everything through, and says what it is', () => {
  const keyGetter = () => 1
  const stage = cutStage('parsed', { keyGetter, partitions: 4 })
  const datum = {}
  expect([stage(datum)[0], stage.one(datum)]).toEqual([datum, datum])
  expect([stage.name, stage.cut]).toEqual(['cut(parsed)', { name: 'parsed', keyGetter, partitions: 4 }])
  expect([cutAt(stage), cutAt(() => []), cutAt({ cut: 1 }), cutAt(null)]).toEqual([stage.cut, null, null, null])
})

test('refuses names that no subject could have, and numbers that are none', () => {
  for (const name of ['', 'a.b', 'A', '1', 'a*'])
    expect(() => cutStage(name)).toThrow(/a cut's name must be lower-case/)
  for (const partitions of [0, 1.5, NaN])
    expect(() => cutStage('a', { keyGetter: () => 1, partitions })).toThrow(
      /partitions must be a whole number of at least 1/,
    )
})

test('refuses partitions that no key decides on', () => {
  for (const partitions of [1, 4])
    expect(() => cutStage('a', { partitions })).toThrow(/^cut\('a'\) has partitions, .* give keyGetter, too/)
  expect(() => cutStage('a', { keyGetter: 'ip' as never, partitions: 4 })).toThrow(/keyGetter must be a function/)
})
