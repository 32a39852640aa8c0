import { expect, test } from '@jest/globals'
import { targetOf } from '../../../lib/items/serve/target.js'

test('the first dot stands between store and key, and case means nothing', () => {
  expect(targetOf('Lamp.Level')).toEqual({ store: 'lamp', key: 'level' })
  expect(targetOf('lamp.motor.speed')).toEqual({ store: 'lamp', key: 'motor.speed' })
  expect(targetOf('._hash')).toEqual({ store: '', key: '_hash' })
  expect(targetOf('_HASH')).toEqual({ store: '', key: '_hash' })
})

test('without a dot it is none', () => {
  expect(() => targetOf('level')).toThrow('a target must be STORE.KEY: it is "level"')
  expect(() => targetOf('')).toThrow(expect.objectContaining({ code: 'ERR_TARGET' }))
})
