import { expect, test } from '@jest/globals'
import { written } from '../../../../lib/cli/steer/wire/change.js'
import { Item, Store, type ItemOptions } from '../../../../lib/items/index.js'
import { Escapement } from '../../../../lib/movement/index.js'
import { startLamp } from './daemon.js'

test('an item is set as people write it, and a method called', async () => {
  const { ask, stop } = await startLamp()
  expect(ask('set', 'lamp.mode', 'on').stdout).toBe('lamp.mode = on\n')
  expect(ask('set', 'lamp', 'level', '4', '--json').stdout).toBe('{"key":"lamp.level","value":4}\n')
  expect(ask('set', 'lamp.level', '70').status).toBe(64)
  expect(ask('set', 'lamp.hold', '1m30s').stdout).toBe('lamp.hold = 90000\n')
  expect(ask('call', 'lamp.flash', '5').status).toBe(70)
  expect(ask('call', 'lamp.count', '3', 'from=2').stdout).toBe('2\n3\n')
  expect(ask('call', 'lamp.falsh')).toMatchObject({
    status: 69,
    stderr: expect.stringMatching(/has no method falsh: did you mean flash\?/),
  })
  expect(await stop()).toBe(0)
})

test('spans of time and sizes are written as in a configuration file, and what cannot be read is a refused value', () => {
  const store = new Store('lamp', new Escapement())
  const add = (key: string, units: ItemOptions['units'] & {}): Item => new Item(store, key, { type: 'numeric', units })
  const [hold, room, heat] = [add('hold', 'ms'), add('room', 'bytes'), add('heat', 'degC')]
  expect(['5', '5s', '1h30m'].map((text) => written(hold, text))).toEqual([5, 5_000, 5_400_000])
  expect(['64k', '10 MB'].map((text) => written(room, text))).toEqual([65_536, 10_000_000])
  for (const [item, text] of [
    [hold, '10 MB'],
    [room, '5s'],
    [heat, '5s'],
    [hold, 'soon'],
  ] as const)
    expect(() => written(item, text)).toThrow(expect.objectContaining({ code: 'ERR_ITEM_VALUE' }))
  expect(written(heat, '5s', { unformatted: true })).toBe('5s')
})
