import { expect, test } from '@jest/globals'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { startRelay } from './relay.js'

test('set, call and reload change a running daemon, and say what they did', async () => {
  const { ask, configure, stop, dir } = await startRelay()
  expect(ask('set', 'relay.Dedupe.windowMs', '5s').stdout).toBe('Dedupe.windowMs = 5000\n')
  expect(ask('set', 'apps/relay.ts', 'Dedupe.windowMs', '7000', '--json').stdout).toBe(
    '{"key":"Dedupe.windowMs","value":7000}\n',
  )
  expect(ask('set', 'relay.Dedupe.windowMs', 'soon')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/cannot set Dedupe.windowMs: it must be a duration/),
  })
  expect(ask('set', 'relay.Dedupe.keysMax', '5')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/only shows/),
  })
  expect(ask('set', 'relay')).toMatchObject({
    status: 64,
    stderr: expect.stringMatching(/needs an item and one value/),
  })
  expect(ask('set', 'relay.Dedupe.windowMs').stderr).toMatch(/needs an item and one value/)
  renameSync(join(dir, 'out.log'), join(dir, 'out.log.1'))
  expect(ask('call', 'relay.reopen')).toMatchObject({ status: 0 })
  expect(existsSync(join(dir, 'out.log'))).toBe(true)
  expect(ask('call', 'relay', 'nothing')).toMatchObject({
    status: 69,
    stderr: expect.stringMatching(/has no method nothing: it has graph, reopen/),
  })
  expect(ask('call', 'relay.grahp').stderr).toMatch(/has no method grahp: did you mean graph\?/)
  expect(ask('call', 'relay')).toMatchObject({ status: 64, stderr: expect.stringMatching(/call needs a method/) })
  expect(ask('reload', 'relay').stdout).toBe('relay: no setting has changed; files were reopened\n')
  configure({ dedupe: { windowMs: '2h' } })
  expect(ask('reload', 'relay').stdout).toBe('relay: changed in place: dedupe.windowMs\n')
  configure({ dedupe: { windowMs: '2h', keysMax: 7 } })
  expect(JSON.parse(ask('reload', 'apps/relay.ts', '--json').stdout)).toEqual({
    ...{ app: 'relay', how: 'carried', changed: ['dedupe.keysMax'], atStart: [] },
  })
  const later = { dedupe: { windowMs: '3h', keysMax: 7 }, metrics: { token: 'long-enough-a-token' } }
  configure(later)
  expect(ask('reload', 'relay').stdout).toBe(
    'relay: changed in place: dedupe.windowMs (at the next start only: metrics.token)\n',
  )
  configure({ ...later, metrics: {} })
  expect(ask('reload', 'relay').stdout).toBe('relay: nothing has changed now; at the next start only: metrics.token\n')
  configure({ dedupe: { windowMs: 'x' } })
  expect(ask('reload', 'relay')).toMatchObject({
    status: 78,
    stderr: expect.stringMatching(/dedupe.windowMs must be a duration/),
  })
  expect(ask('get', 'relay.app.reloadError').stdout).toMatch(/dedupe.windowMs must be/)
  expect(await stop()).toBe(0)
})
