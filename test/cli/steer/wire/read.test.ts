import { expect, test } from '@jest/globals'
import { startLamp } from './daemon.js'

test('a daemon is read, listed and described by its name', async () => {
  const { ask, stop } = await startLamp()
  expect(ask('get', 'lamp.level')).toEqual({ status: 0, stdout: '3.0\n', stderr: '' })
  expect(ask('get', 'lamp', '*', '--json').stdout).toBe('{"lamp.level":3,"lamp.mode":null}\n')
  expect(ask('get', 'lamp.nothing').status).toBe(69)
  expect(ask('list', 'lamp.level').stdout).toBe('lamp.level  numeric, settable: How bright.\n')
  expect(JSON.parse(ask('describe', 'lamp').stdout)).toMatchObject({ store: 'lamp', methods: [{ name: 'count' }, {}] })
  expect(await stop()).toBe(0)
}, 60_000)
