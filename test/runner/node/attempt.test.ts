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

it('writes its last word as soon as the store answers again', async () => {
  const { run } = await started()
  fleet.cut('a')
  run.succeed(1)
  await fleet.pass(3000)
  expect((await fleet.state(job)).node).toBe('a')
  fleet.cut('a', false)
  await fleet.until(async () => (await fleet.state(job)).outcome === 'success')
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

it('ends and gives the job back though its state was spoilt', async () => {
  const { run } = await started()
  await fleet.kv.put(fleet.keys.state(job, 'a'), '[no JSON')
  run.succeed(7)
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  expect(await fleet.state(job)).toMatchObject({ outcome: 'success', result: 7, attempt: 1, node: null })
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).toBeNull()
  await fleet.put(job, { target: fleet.now() + 1 })
  await fleet.until(() => fleet.runs.length === 2)
})

it('has failed, and gives the job back, if it returns more than the store takes', async () => {
  const { run } = await started()
  fleet.limit('a', 10_000)
  run.succeed({ text: 'x'.repeat(20_000) })
  await fleet.until(async () => (await fleet.record(job, 1)) !== null)
  const message = 'the store refuses its end, success: memory refused: request is too large'
  expect(await fleet.state(job)).toMatchObject({ outcome: 'failed', backoff: 1, node: null, error: { message } })
  expect((await fleet.kv.get(fleet.keys.claim(job, 'a')))[0]).toBeNull()
  expect(fleet.recorded).toEqual([['a', 'failed']])
})
