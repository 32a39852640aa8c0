import { expect, test } from '@jest/globals'
import { deadbeat, scratch, startDeadbeat } from '../app/scratch.js'

const OWN_PORTS = ['--port', '0', '--pub-port', '0', '--registry-port', '0', '--daemon-port', '0', '--broadcast', 'off']

test('it runs until it is stopped, and a second one of the same home is refused', async () => {
  const dir = scratch({})
  const { child, ended } = await startDeadbeat(dir, ['registry', ...OWN_PORTS], 'answers at 127.0.0.1:')
  const second = deadbeat(dir, ['registry', ...OWN_PORTS])
  expect(second).toMatchObject({ status: 75, stderr: expect.stringContaining('runs already') })
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0 })
})

test('with a key it may be reached by others, and not without that key or rules that can be read', () => {
  const keys = scratch({})
  const dir = scratch({ 'rights.json': '{"rules": 7}' })
  const ask = (...flags: string[]) => deadbeat(dir, ['registry', ...OWN_PORTS, '--keys', keys, ...flags])
  expect(ask('--key', 'registry')).toMatchObject({ status: 78, stderr: expect.stringContaining('there is no key') })
  deadbeat(dir, ['keys', 'new', 'registry', '--dir', keys])
  expect(ask('--key', 'registry', '--rights', 'rights.json')).toMatchObject({ status: 78 })
})

test('where other machines could reach it that has to be said', () => {
  const { status, stderr } = deadbeat(scratch({}), ['registry', '--listen', '0.0.0.0', ...OWN_PORTS])
  expect([status, stderr]).toEqual([78, expect.stringContaining('insecure')])
})
