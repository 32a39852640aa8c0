import { expect, test } from '@jest/globals'
import { startLamp } from './daemon.js'

test('a daemon is read, listed and described by its name', async () => {
  const { ask, stop } = await startLamp()
  expect(ask('get', 'lamp.level')).toEqual({ status: 0, stdout: '3.0\n', stderr: '' })
  const all = ask('get', 'lamp', '*', '--json')
  expect(all.stdout).toBe('{"lamp.level":3,"lamp.mode":null,"lamp.hold":null,"lamp.heat":5}\n')
  expect(all.stderr).toMatch(/^lamp\.heat is stale: it is of 20\S+Z, and may be out of date\n$/)
  expect(ask('get', 'lamp.nothing').status).toBe(69)
  expect(ask('list', 'lamp.level').stdout).toBe('lamp.level  numeric, settable: How bright.\n')
  const words = ['level', 'FLASH', 'mode', 'heat']
  const [flash, level, mode, heat] = JSON.parse(ask('describe', 'lamp', ...words).stdout) as object[]
  expect(flash).toEqual({ name: 'lamp.flash', doc: 'Flash once.', params: ['colour'] })
  expect(level).toMatchObject({ name: 'lamp.level', type: 'numeric', state: 'live', connection: 'connected' })
  expect([mode, heat]).toMatchObject([{ state: 'unknown' }, { state: 'stale', time: expect.any(Number) }])
  expect(JSON.parse(ask('describe', 'lamp').stdout)).toMatchObject({
    store: 'lamp',
    methods: [{ name: 'count' }, {}, {}],
  })
  expect(await stop()).toBe(0)
})
