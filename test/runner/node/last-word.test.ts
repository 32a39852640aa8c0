import { UnavailableError } from '../../../lib/kv/errors.js'
import { readLog } from '../../../lib/runner/index.js'
import { anyJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const job = anyJob('a')
const started = async () => {
  const node = await fleet.node('a')
  await fleet.put(job, { target: 1 })
  await fleet.until(() => fleet.runs.length === 1)
  return { node, run: fleet.runs[0]! }
}

it('is written as soon as the store answers again', async () => {
  const { run } = await started()
  fleet.cut('a')
  run.succeed(1)
  await fleet.pass(3000)
  expect((await fleet.state(job)).node).toBe('a')
  fleet.cut('a', false)
  await fleet.until(async () => (await fleet.state(job)).outcome === 'success')
})

it('is written when the store is back after the lease, if nobody has begun the job anew: a success is none to repeat', async () => {
  const { run } = await started()
  fleet.cut('a')
  run.succeed(7)
  await fleet.pass(30_000, 200)
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).toBeNull()
  fleet.cut('a', false)
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  expect(await fleet.state(job)).toMatchObject({ outcome: 'success', result: 7, attempt: 1, node: null })
  await fleet.pass(5000)
  expect(fleet.runs).toHaveLength(1)
})

it('is not written where another node has the job by then', async () => {
  const { run } = await started()
  fleet.cut('a')
  run.succeed(7)
  await fleet.node('b')
  await fleet.until(() => fleet.runs.length === 2)
  fleet.cut('a', false)
  await fleet.pass(5000)
  expect(await fleet.state(job)).toMatchObject({ node: 'b', attempt: 2, outcome: null })
  expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost' })
})

it('gives the job back though its state was spoilt', async () => {
  const { run } = await started()
  await fleet.kv.put(fleet.keys.state(job, 'a'), '[no JSON')
  run.succeed(7)
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  expect(await fleet.state(job)).toMatchObject({ outcome: 'success', result: 7, attempt: 1, node: null })
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).toBeNull()
  await fleet.put(job, { target: fleet.now() + 1 })
  await fleet.until(() => fleet.runs.length === 2)
})

it('is a failure, and gives the job back, if more was returned than the store takes', async () => {
  const { run } = await started()
  fleet.limit('a', 10_000)
  run.succeed({ text: 'x'.repeat(20_000) })
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  const message = 'the store refuses its end, success: memory refused: request is too large'
  expect(await fleet.state(job)).toMatchObject({ outcome: 'failed', backoff: 1, node: null, error: { message } })
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).toBeNull()
  expect(fleet.recorded).toEqual([['a', 'failed']])
})

it('counts the times that a pattern had from when it was written, though that was while the job ran', async () => {
  const { run } = await started()
  await fleet.pass(120_000, 1000)
  await fleet.put(job, { target: 1, cron: '* * * * *', since: fleet.now() })
  await fleet.pass(180_000, 1000)
  run.succeed()
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  const skipped = [{ times: 3, why: expect.stringContaining('it still ran') }]
  expect([await fleet.record(job, 1), await fleet.state(job)]).toMatchObject([{ skipped }, { skipped }])
})

it('goes by the job as it was when that is spoilt by now', async () => {
  await fleet.node('a')
  await fleet.put(job, { cron: '* * * * *', since: fleet.now() })
  await fleet.until(() => fleet.runs.length === 1, { stepMs: 1000 })
  await fleet.kv.put(fleet.keys.job(job), '[no JSON')
  await fleet.pass(120_000, 1000)
  fleet.runs[0]!.succeed()
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'success', skipped: [{ times: 2 }] })
})

it('is said once, though the store did not say that it was written', async () => {
  const { run } = await started()
  fleet.links.get('a')!.muteFor = /\/run\//
  run.fail('too hot')
  await fleet.until(() => fleet.recorded.length === 1)
  expect(await fleet.state(job)).toMatchObject({ outcome: 'failed', backoff: 1, node: null })
  await fleet.pass(5000)
  expect(fleet.recorded).toEqual([['a', 'failed']])
})

it('is given up if the store refuses it for good: less and less often tried, recorded, and the job given back', async () => {
  await fleet.node('a', { endRetryMs: 60_000 })
  await fleet.put(job, { target: 1 })
  await fleet.until(() => fleet.runs.length === 1)
  const link = fleet.links.get('a')!
  link.readOnly = /\/(state|run)\//
  fleet.runs[0]!.succeed(7)
  await fleet.pass(59_000, 500)
  expect(fleet.recorded).toEqual([])
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).not.toBeNull()
  expect(link.refused).toBeLessThan(35)
  await fleet.until(() => fleet.recorded.length === 1)
  expect(fleet.recorded).toEqual([['a', 'failed']])
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).toBeNull()
  link.readOnly = null
  await fleet.until(() => fleet.runs.length === 2, { stepMs: 500 })
  expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost', error: { message: 'Runner restarted' } })
})

it('has the log with it in the end, though its node had lost its hold', async () => {
  const { node } = await started()
  fleet.cut('a')
  node.attempts[0]!.log.append('info', 'the last that was heard')
  await fleet.pass(30_000, 200)
  fleet.cut('a', false)
  await fleet.until(() => fleet.runs.length === 2)
  const lines = await readLog(fleet.kv, fleet.keys, job, 'a', 1)
  expect(lines.map(({ text }) => text)).toEqual(['the last that was heard'])
  expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost', pieces: 1 })
})

it('tells of the error when the store is back', async () => {
  let failures = 3
  const away = new UnavailableError('etcd', 'the link is down')
  const told: string[] = []
  const errors = {
    told: () => (failures-- > 0 ? Promise.reject(away) : Promise.resolve(void told.push('told'))),
    ...{ resolve: () => Promise.resolve(), spoilt: () => Promise.resolve() },
  }
  await fleet.node('a', { errors })
  await fleet.put(job, { target: 1 })
  await fleet.until(() => fleet.runs.length === 1)
  fleet.runs[0]!.fail()
  await fleet.until(() => told.length === 1)
})
