import { expect, test } from '@jest/globals'
import { Store, type ItemOptions, type ItemState } from '../../../lib/items/index.js'
import { Described, pathOf } from '../../../lib/items/model/described.js'
import { Escapement, ManualClock } from '../../../lib/movement/index.js'

class Plain extends Described<number> {
  value: number | null = 1.5
  state: ItemState = 'live'
}

function start(options: ItemOptions<number>): Plain {
  return new Plain(new Store('lamp', new Escapement({ clock: new ManualClock() })), 'level', options)
}

test('its value is shown by its description, and what people write becomes the value', () => {
  const level = start({ type: 'numeric', units: { '': 'radians', formatted: 'degrees' }, format: '%.1f' })
  expect([level.shown, level.formatted, String(level)]).toEqual([1.5, '85.9', 'lamp.level = 85.9'])
  level.formatted = '180'
  expect(level.value).toBeCloseTo(Math.PI)
})

test('as text it says what there is of a value, and how sure that is', () => {
  const level = start({ type: 'numeric' })
  level.state = 'stale'
  expect(String(level)).toBe('lamp.level = 1.5 (stale)')
  Object.assign(level, { value: null, state: 'unknown' })
  expect([String(level), level.formatted]).toEqual(['lamp.level = null (unknown)', ''])
})

test('a secret is shown nowhere, not even by what refuses it', () => {
  const level = start({ type: 'numeric', isSecret: true, range: [0, 3] })
  expect([level.shown, level.formatted, String(level)]).toEqual(['***', '***', 'lamp.level = ***'])
  expect(() => level.check(7)).toThrow(/: it is \*\*\*$/)
  expect(start({ type: 'numeric', range: [0, 3] }).check('2')).toBe(2)
})

test('rules that can not be kept are told by the one that makes the value, and are nothing to one that follows', () => {
  const rules: ItemOptions<number> = { type: 'numeric', range: [3, 0] }
  expect(() => start(rules)).toThrow(/^lamp.level: range must be the lowest and the highest number/)
  const follower = start({ ...rules, authoritative: false })
  expect([follower.isAuthoritative, pathOf(follower)]).toEqual([false, 'lamp.level'])
})

test('it is computed, settable and gettable as its description says', () => {
  const all = (options: ItemOptions<number>): boolean[] => {
    const { isComputed, isSettable, isGettable } = start(options)
    return [isComputed, isSettable, isGettable]
  }
  expect(all({})).toEqual([false, true, true])
  expect(all({ compute: () => 1 })).toEqual([true, false, true])
  expect(all({ gettable: false, settable: false })).toEqual([false, false, false])
})
