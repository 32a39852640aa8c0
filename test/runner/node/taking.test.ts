import { againMs } from '../../../lib/runner/node/taking.js'
import { anyJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const job = anyJob('a')

it('leaves alone for longer what was refused more often, up to a minute', () => {
  expect([0, 1, 2, 3, 7, 1000].map((failures) => againMs({ failures }))).toEqual([
    1000, 1000, 2000, 4000, 60_000, 60_000,
  ])
})

it('tries less and less often what the store refuses, and at once what was changed', async () => {
  await fleet.node('a')
  const link = fleet.links.get('a')!
  link.readOnly = /claim/
  await fleet.put(job, { target: 1 })
  await fleet.until(() => link.refused === 1)
  await fleet.pass(300_000, 500)
  expect(link.refused).toBeGreaterThan(7)
  expect(link.refused).toBeLessThan(14)
  link.readOnly = null
  const since = fleet.clock.now()
  await fleet.put(job, { target: 1, info: 'mended' })
  await fleet.until(() => fleet.runs.length === 1)
  expect(fleet.clock.now() - since).toBeLessThan(1000)
})

it('takes a job when the store is back, and makes one attempt of it, though it had not said what it did', async () => {
  await fleet.node('a')
  const link = fleet.links.get('a')!
  link.isUp = false
  await fleet.put(job, { target: 1 })
  await fleet.pass(3000)
  expect(fleet.runs).toHaveLength(0)
  link.muteFor = /claim/
  link.isUp = true
  await fleet.until(() => fleet.runs.length === 1)
  expect(await fleet.state(job)).toMatchObject({ node: 'a', attempt: 1 })
  fleet.runs[0]!.succeed(1)
  await fleet.until(async () => (await fleet.state(job)).outcome === 'success')
  expect(await fleet.state(job)).toMatchObject({ attempt: 1, lost: 0, backoff: 0 })
})

it('puts in order what was lost on a node that may not run it, though the store refuses that at first', async () => {
  const running = { started: 1, node: 'gone', run: 'r', attempt: 1 }
  await fleet.kv.put(fleet.keys.state(job, 'a'), JSON.stringify(running))
  const node = await fleet.node('a')
  await node.drain()
  const link = fleet.links.get('a')!
  link.readOnly = /state/
  await fleet.put(job, { target: 1 })
  await fleet.until(() => link.refused > 0)
  link.readOnly = null
  await fleet.until(async () => (await fleet.state(job)).outcome === 'lost')
})
