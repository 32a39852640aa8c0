import { expect, test } from '@jest/globals'
import { Item, Store, type ItemOptions } from '../../../lib/items/index.js'
import { beforeSet } from '../../../lib/items/model/before-set.js'
import { Escapement } from '../../../lib/movement/index.js'

const make = (options: ItemOptions): Item => new Item(new Store('lamp', new Escapement()), 'level', options)

test('the value before is told, a secret one masked', () => {
  expect(beforeSet(make({ initial: 3 }), true)).toEqual({ before: 3 })
  expect(beforeSet(make({ initial: 3, isSecret: true }), false)).toEqual({ before: '***' })
})

test('what is computed is computed for who may set it only, and may fail', () => {
  let count = 0
  const counter = make({ compute: () => ++count })
  expect(beforeSet(counter, false)).toEqual({})
  expect([count, beforeSet(counter, true)]).toEqual([0, { before: 1 }])
  const broken = make({
    compute: () => {
      throw new Error('unplugged')
    },
  })
  expect(beforeSet(broken, true)).toEqual({})
})
