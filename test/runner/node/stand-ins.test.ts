import { anyJob, atJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const run = (path: string) => fleet.runs.find(({ request }) => request.identity.job.endsWith(` ${path}`))

it('takes a job that is written for a node when that is gone already, or has never come', async () => {
  await fleet.node('a')
  await fleet.pass(5000)
  await fleet.put(atJob('gone', 'x'), { target: 1, failover: true })
  await fleet.put(atJob('gone', 'stays'), { target: 1 })
  await fleet.until(() => fleet.runs.length === 1)
  expect(run('x')!.node).toBe('a')
  await fleet.put(atJob('gone', 'y'), { target: 1, failover: true })
  await fleet.until(() => run('y') !== undefined)
  await fleet.pass(5000)
  expect(fleet.runs).toHaveLength(2)
})

it('does not care for jobs of other groups', async () => {
  await fleet.node('a')
  await fleet.put({ kind: 'at', group: 'other', node: 'gone', path: ['x'] }, { target: 1, failover: true })
  await fleet.put(anyJob('any'), { target: fleet.now() + 5 })
  await fleet.until(() => fleet.runs.length === 1)
  expect(run('any')).toBeDefined()
})

it('begins nothing more for a node that is back, and lets go of it when its jobs have ended here', async () => {
  const a = await fleet.node('a')
  await fleet.put(atJob('b', 'first'), { target: 1, failover: true })
  await fleet.until(() => fleet.runs.length === 1)
  const b = await fleet.node('b')
  await fleet.put(atJob('b', 'second'), { target: 1, failover: true })
  await fleet.until(() => fleet.runs.length === 2)
  expect([run('first')!.node, run('second')!.node]).toEqual(['a', 'b'])
  run('first')!.succeed()
  await fleet.until(() => a.attempts.length === 0)
  await fleet.put(atJob('b', 'first'), { target: fleet.now() + 1, failover: true })
  await fleet.until(() => fleet.runs.length === 3)
  expect(fleet.runs[2]!.node).toBe('b')
  expect(b.attempts).toHaveLength(2)
})

it('waits for a store that is away, and the node goes on', async () => {
  const a = await fleet.node('a')
  const failures: Error[] = []
  void a.failed.then((error) => failures.push(error))
  fleet.cut('a')
  await fleet.put(atJob('gone', 'x'), { target: 1, failover: true })
  await fleet.pass(2000)
  fleet.cut('a', false)
  await fleet.until(() => fleet.runs.length === 1)
  expect(failures).toEqual([])
})
