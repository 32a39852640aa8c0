import { tellsProgress } from '../../../lib/kv/etcd/progress.js'
import { API_VERSION } from '../../../lib/kv/serve/cluster-calls.js'
import { Cleanups } from '../../support/supplied.js'
import { startServed } from './rig.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

it('is a cluster of one member, which leads it', async () => {
  const { raw, engine, server } = await startServed(cleanups)
  const status = await raw.ask('status', {})
  const { clusterId, memberId } = status.header ?? {}
  expect(clusterId).toBe(await engine.storeId())
  expect(status).toMatchObject({ version: API_VERSION, leader: memberId, raftTerm: 1, raftIndex: 1, errors: [] })
  const { members } = await raw.ask('memberList', {})
  expect(members).toMatchObject([{ id: memberId, name: 'deadbeat', clientUrls: [`http://${server.address}`] }])
  expect(tellsProgress(status.version)).toBe(true)
})

it('has no alarms and no users', async () => {
  const { raw } = await startServed(cleanups)
  expect(await raw.ask('alarm', {})).toMatchObject({ alarms: [] })
  await expect(raw.ask('alarm', { action: 1, alarm: 1 })).rejects.toMatchObject({ code: 12 })
  const off = { code: 9, details: 'etcdserver: authentication is not enabled' }
  await expect(raw.ask('authenticate', { name: 'root', password: 'x' })).rejects.toMatchObject(off)
})
