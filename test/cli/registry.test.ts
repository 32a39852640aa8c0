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

test('where other machines could reach it that has to be said', () => {
  const { status, stderr } = deadbeat(scratch({}), ['registry', '--listen', '0.0.0.0', ...OWN_PORTS])
  expect([status, stderr]).toEqual([78, expect.stringContaining('insecure')])
})
