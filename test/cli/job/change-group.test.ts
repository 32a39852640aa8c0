import { expect, test } from '@jest/globals'
import { changeGroup } from '../../../lib/cli/job/change-group.js'
import { startJobs } from './run-job.js'

test('what others say of the group stays, and two changes at once both count', async () => {
  const { kv, keys } = startJobs()
  const place = { kind: 'any', group: 'lab' } as const
  await kv.put(keys.group('any', 'lab'), '{"size":3}')
  await Promise.all([
    changeGroup({ kv, keys }, place, (group) => ({ ...group, paused: true })),
    changeGroup({ kv, keys }, place, (group) => ({ ...group, draining: ['n1'] })),
  ])
  expect(JSON.parse((await kv.get(keys.group('any', 'lab')))[0] ?? '')).toEqual({
    size: 3,
    paused: true,
    draining: ['n1'],
  })
})
