import { UnavailableError } from '../../../lib/kv/errors.js'
import { anyJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const job = anyJob('a')
const started = async (entry = {}) => {
  const node = await fleet.node('a')
  await fleet.put(job, { target: 1, ...entry })
  await fleet.until(() => fleet.runs.length === 1)
  return { node, run: fleet.runs[0]! }
}

it('tells the code who it is, with a token that others can compare', async () => {
  const { run, node } = await started()
  const [, { modRevision }] = await fleet.kv.get(fleet.keys.claim(job, 'a'))
  expect(run.request.identity).toEqual({ job: 'any/default a', node: 'a', attempt: 1, fence: modRevision })
  expect(node.attempts.map(({ pid, attempt, started: at }) => [pid, attempt, at])).toEqual([[1, 1, 1_000_000]])
})

it('is a success if it ends so, though it was asked to end, and runs again if it was to', async () => {
  const { run } = await started()
  run.isStubborn = true
  await fleet.put(job, { target: 1, data: { n: 2 } })
  await fleet.until(() => run.stops.length > 0)
  run.succeed(7)
  await fleet.until(() => fleet.runs.length === 2)
  expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'success', result: 7 })
  expect((await fleet.state(job)).result).toBe(7)
})

it('is told as failed with its error, and is not tried again if the error says so', async () => {
  const { run } = await started({ delay: 1, backoff: 1 })
  run.fail('never', { isRetryable: false })
  await fleet.until(async () => (await fleet.state(job)).isFinal)
  await fleet.pass(10_000, 200)
  expect(fleet.runs).toHaveLength(1)
  expect(fleet.recorded).toEqual([['a', 'failed']])
})

it('is lost if it ended itself since its node stood still, and runs again at once', async () => {
  const { run } = await started({ delay: 1000 })
  run.lose('its node stood still')
  await fleet.until(() => fleet.runs.length === 2)
  expect(await fleet.record(job, 1)).toMatchObject({
    outcome: 'lost',
    error: { name: 'Lost', message: 'its node stood still' },
  })
  expect(await fleet.state(job)).toMatchObject({ attempt: 2, backoff: 0, lost: 0 })
})

it('says nothing of a job that another has taken over', async () => {
  const { run } = await started()
  await fleet.node('b')
  fleet.cut('a')
  await fleet.until(() => fleet.runs.length === 2)
  expect(run.kills).toEqual(['node unsure'])
  fleet.cut('a', false)
  await fleet.pass(20_000, 200)
  expect(await fleet.state(job)).toMatchObject({ node: 'b', attempt: 2, outcome: null })
  expect(fleet.recorded).toEqual([])
})

it('writes down what its code says, as long as it owns the job', async () => {
  const { node, run } = await started()
  const [attempt] = node.attempts
  attempt!.log.append('info', 'hello')
  run.succeed()
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  expect(await fleet.record(job, 1)).toMatchObject({ pieces: 1 })
  expect((await fleet.kv.get(fleet.keys.log(job, 'a', 1, 0)))[0]).toContain('hello')
})

describe('while the store is away', () => {
  const away = new UnavailableError('etcd', 'the link is down')

  it('waits to be started, and is no failure', async () => {
    await fleet.node('a')
    fleet.refuse(away)
    await fleet.put(job, { target: 1 })
    await fleet.until(async () => (await fleet.state(job)).node === 'a')
    await fleet.pass(5000)
    expect(fleet.runs).toHaveLength(0)
    fleet.refuse(null)
    await fleet.until(() => fleet.runs.length === 1)
    expect(await fleet.state(job)).toMatchObject({ attempt: 1, backoff: 0, outcome: null })
  })

  it('is lost if it can not be started before its node has lost its hold', async () => {
    await fleet.node('a')
    fleet.refuse(away)
    await fleet.put(job, { target: 1 })
    await fleet.until(async () => (await fleet.state(job)).node === 'a')
    fleet.cut('a')
    await fleet.pass(30_000, 200)
    fleet.refuse(null)
    fleet.cut('a', false)
    await fleet.until(() => fleet.runs.length === 1)
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost' })
    expect(await fleet.state(job)).toMatchObject({ attempt: 2, backoff: 0, lost: 0 })
  })

  it('is lost if its start fails when its node has lost its hold, though nobody has told it yet', async () => {
    let starts = 0
    const starter = {
      start: () => {
        if (starts++ === 0) fleet.clock.spend(9000)
        return Promise.reject(away)
      },
      hashOf: () => Promise.resolve(null),
    }
    await fleet.node('a', { starter })
    await fleet.put(job, { target: 1 })
    await fleet.until(async () => (await fleet.record(job, 1)) !== null)
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost' })
  })

  it('is not waited for by one that is to begin anew', async () => {
    await fleet.node('a')
    fleet.refuse(away)
    await fleet.put(job, { target: 1 })
    await fleet.until(async () => (await fleet.state(job)).node === 'a')
    await fleet.put(job, { target: 1, data: { n: 2 } })
    await fleet.until(async () => (await fleet.record(job, 1)) !== null)
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'cancelled', exit: { why: 'it was not started' } })
    fleet.refuse(null)
    await fleet.until(() => fleet.runs.length === 1)
    expect(await fleet.state(job)).toMatchObject({ backoff: 0 })
  })

  it('is lost, not failed, if it fails when its node has lost its hold, though nobody has told it yet', async () => {
    const { run } = await started()
    fleet.cut('a')
    // As after standing still: what its process has said is read before any alarm rings.
    fleet.clock.spend(9000)
    run.fail('the store is away')
    await fleet.until(() => !run.isAlive)
    await fleet.pass(30_000, 200)
    fleet.cut('a', false)
    await fleet.until(() => fleet.runs.length === 2)
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost', error: { name: 'Lost' } })
    expect(await fleet.state(job)).toMatchObject({ attempt: 2, backoff: 0, lost: 0 })
  })
})
