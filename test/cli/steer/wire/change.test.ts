import { expect, test } from '@jest/globals'
import { startLamp } from './daemon.js'

test('an item is set as people write it, and a method called', async () => {
  const { ask, stop } = await startLamp()
  expect(ask('set', 'lamp.mode', 'on').stdout).toBe('lamp.mode = on\n')
  expect(ask('set', 'lamp', 'level', '4', '--json').stdout).toBe('{"key":"lamp.level","value":4}\n')
  expect(ask('set', 'lamp.level', '70').status).toBe(64)
  expect(ask('call', 'lamp.count', '3', 'from=2').stdout).toBe('2\n3\n')
  expect(ask('call', 'lamp.nothing').status).toBe(69)
  expect(await stop()).toBe(0)
})
