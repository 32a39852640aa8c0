import { allJob, anyJob, atJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const job = anyJob('a', 'question')
const outcome = async (id = job) => (await fleet.state(id)).outcome

describe.each([
  ['any', anyJob('x', 'y')],
  ['at', atJob('a', 'x', 'y')],
  ['all', allJob('x', 'y')],
])('a job of kind %s', (_, id) => {
  it('runs at its target, and tells what it returned', async () => {
    await fleet.node('a')
    await fleet.put(id, { target: fleet.now() + 1, data: { n: 1 } })
    await fleet.pass(900)
    expect(fleet.runs).toHaveLength(0)
    await fleet.until(() => fleet.runs.length === 1)
    expect(await fleet.state(id)).toMatchObject({ node: 'a', attempt: 1, outcome: null, started: fleet.now() })
    expect(fleet.runs[0]!.request.entry).toMatchObject({ code: 'x', data: { n: 1 } })
    fleet.runs[0]!.succeed(42)
    await fleet.until(async () => (await outcome(id)) === 'success')
    expect(await fleet.state(id)).toMatchObject({ node: null, result: 42, backoff: 0, codeHash: 'first' })
    expect(await fleet.record(id, 1)).toMatchObject({ attempt: 1, outcome: 'success', result: 42, node: 'a' })
    expect((await fleet.kv.get(fleet.keys.claim(id, 'a')))[0]).toBeNull()
    await fleet.pass(5000)
    expect(fleet.runs).toHaveLength(1)
  })
})

describe('a runner', () => {
  it('gives a token that grows with each claim', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, repeat: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.runs[0]!.succeed()
    await fleet.until(() => fleet.runs.length === 2)
    const [first, second] = fleet.runs.map(({ request }) => request.identity.fence)
    expect(second).toBeGreaterThan(first!)
  })

  it('tries again after a failure, later each time, until it has been often enough', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, delay: 10, backoff: 2, maxAttempts: 2 })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.runs[0]!.fail('too hot')
    await fleet.until(async () => (await outcome()) === 'failed')
    expect(await fleet.state(job)).toMatchObject({ backoff: 1, error: { message: 'too hot' } })
    const failed = fleet.now()
    await fleet.until(() => fleet.runs.length === 2)
    expect(fleet.now() - failed).toBeCloseTo(20, 0)
    fleet.runs[1]!.fail()
    await fleet.until(async () => (await fleet.state(job)).backoff === 2)
    await fleet.pass(100_000, 5000)
    expect(fleet.runs).toHaveLength(2)
    expect(fleet.recorded).toEqual([
      ['a.question', 'failed'],
      ['a.question', 'failed'],
    ])
  })

  it('takes what can not be started for a failure, and goes on', async () => {
    await fleet.node('a')
    fleet.refuse('code x is empty')
    await fleet.put(job, { target: 1, delay: 1, backoff: 1 })
    await fleet.until(async () => (await outcome()) === 'failed')
    expect(await fleet.state(job)).toMatchObject({ error: { message: 'code x is empty' } })
    fleet.refuse(null)
    await fleet.until(() => fleet.runs.length === 1)
  })

  it('begins anew when code or data have changed, and not for what is only said of the job', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, data: { n: 1 } })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.put(job, { target: 1, data: { n: 1 }, info: 'new', delay: 5, repeat: 7 })
    await fleet.pass(200)
    expect(fleet.runs[0]!.isAlive).toBe(true)
    await fleet.put(job, { target: 1, data: { n: 2 } })
    await fleet.until(() => fleet.runs.length === 2)
    expect(fleet.runs[0]!.stops).toEqual(['changed'])
    expect(fleet.runs[1]!.request.entry.data).toEqual({ n: 2 })
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'cancelled' })
    fleet.setHash('second')
    await fleet.kv.put(fleet.keys.code(['x']), '{"code": "return 2"}')
    await fleet.until(() => fleet.runs.length === 3)
    expect(await fleet.state(job)).toMatchObject({ backoff: 0, lost: 0 })
  })

  it('ends a job that is deleted, leaves nothing of its state, and ends one whose target is taken away', async () => {
    await fleet.node('a')
    const other = anyJob('b')
    await fleet.put(job, { target: 1 })
    await fleet.put(other, { target: 1 })
    await fleet.until(() => fleet.running().length === 2)
    await fleet.kv.delete(fleet.keys.job(job))
    await fleet.put(other, { target: null })
    await fleet.until(() => fleet.running().length === 0)
    await fleet.until(async () => (await fleet.kv.get(fleet.keys.state(job, 'a')))[0] === null)
    await fleet.until(async () => (await outcome(other)) === 'cancelled')
    await fleet.pass(5000)
    expect(fleet.runs).toHaveLength(2)
  })

  it('forgets the state of a job that was deleted while nobody looked', async () => {
    await fleet.kv.put(fleet.keys.state(job, 'a'), JSON.stringify({ started: 1, stopped: 2 }))
    await fleet.node('a')
    await fleet.until(async () => (await fleet.kv.get(fleet.keys.state(job, 'a')))[0] === null)
  })

  it('starts nothing of a job or group that pauses, and ends nothing', async () => {
    await fleet.node('a')
    const group = fleet.keys.group('any', 'default')
    await fleet.kv.put(group, '{"paused": true}')
    await fleet.put(job, { target: 1 })
    await fleet.pass(2000)
    expect(fleet.runs).toHaveLength(0)
    await fleet.kv.put(group, '{}')
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.put(job, { target: 1, paused: true })
    await fleet.pass(500)
    expect(fleet.runs[0]!.isAlive).toBe(true)
    fleet.runs[0]!.fail()
    await fleet.pass(200_000, 5000)
    expect(fleet.runs).toHaveLength(1)
  })

  it('runs no more at once than it can, and the next when one has ended', async () => {
    const node = await fleet.node('a', { capacity: 2 })
    for (const name of ['1', '2', '3']) await fleet.put(anyJob(name), { target: 1 })
    await fleet.until(() => fleet.runs.length === 2)
    await fleet.pass(1000)
    expect(fleet.runs).toHaveLength(2)
    fleet.runs[0]!.succeed()
    await fleet.until(() => fleet.runs.length === 3)
    expect(node.slots.taken).toBe(2)
  })

  it('lets go of what it runs when the job is replaced at its next time', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, overlap: 'replace' })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.put(job, { target: fleet.now() + 5, overlap: 'replace' })
    await fleet.until(() => fleet.runs.length === 2)
    expect(fleet.runs[0]!.stops).toEqual(['replaced'])
  })

  it('ends a run whose claim somebody took away, and runs the job anew', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.kv.delete(fleet.keys.claim(job, 'a'))
    await fleet.until(() => fleet.runs.length === 2)
    expect(fleet.runs[0]!.kills).toEqual(['taken away'])
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost' })
  })

  it('takes a run for a good one once it has run long enough', async () => {
    await fleet.node('a')
    await fleet.kv.put(fleet.keys.state(job, 'a'), JSON.stringify({ started: 1, stopped: 2, backoff: 3 }))
    await fleet.put(job, { target: 10, okAfter: 5 })
    await fleet.until(() => fleet.runs.length === 1)
    expect(await fleet.state(job)).toMatchObject({ backoff: 3 })
    await fleet.until(async () => (await fleet.state(job)).backoff === 0)
    expect(fleet.runs[0]!.isAlive).toBe(true)
  })

  it('keeps the last attempts of a job', async () => {
    await fleet.node('a', { historyMax: 2 })
    await fleet.put(job, { target: 1, repeat: 1 })
    for (let n = 1; n <= 4; n++) {
      await fleet.until(() => fleet.runs.length === n)
      fleet.runs[n - 1]!.succeed(n)
    }
    await fleet.until(async () => (await fleet.record(job, 4)) !== null && (await fleet.record(job, 2)) === null)
    expect(await fleet.record(job, 3)).toMatchObject({ result: 3 })
    expect(await fleet.record(job, 1)).toBeNull()
  })

  it('tells of starts that it skips: what came too late, for whatever reason, and what came while it ran', async () => {
    await fleet.node('a', { capacity: 1, historyMax: 3 })
    const [late, full] = [anyJob('late'), anyJob('full')]
    await fleet.put(late, { target: fleet.now() - 100, startDeadline: 60 })
    await fleet.until(async () => (await outcome(late)) === 'skipped')
    await fleet.put(job, { cron: '* * * * *', since: fleet.now() })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.put(full, { cron: '* * * * *', since: fleet.now(), startDeadline: 10 })
    await fleet.until(async () => (await fleet.state(full)).attempt === 5, { stepMs: 500, withinMs: 400_000 })
    expect(await fleet.record(full, 4)).toMatchObject({ outcome: 'skipped', node: '' })
    await fleet.until(async () => (await fleet.record(full, 2)) === null)
    fleet.runs[0]!.succeed()
    await fleet.until(async () => (await outcome()) === 'success')
    expect(await fleet.record(job, 1)).toMatchObject({
      skipped: [{ times: 5, why: expect.stringContaining('it still ran') }],
    })
  })

  it('records what is spoilt of what nodes have written, and goes on', async () => {
    await fleet.node('a', { historyMax: 1 })
    await fleet.kv.put(fleet.keys.member('any', 'default', 'odd'), '{"capacity": "much"}')
    await fleet.put(job, { target: 1, repeat: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.runs[0]!.succeed()
    await fleet.until(() => fleet.runs.length === 2)
    await fleet.kv.put(fleet.keys.attempt(job, 'a', 1), '{"pieces": "many"}')
    fleet.runs[1]!.succeed()
    const spoilt = () => fleet.recorded.filter((record) => /^(?:member|history)/.test(String((record as string[])[0])))
    await fleet.until(() => fleet.runs.length === 3 && spoilt().length === 2)
    expect(spoilt()).toEqual([
      ['member.any.default.odd', expect.stringMatching(/^what node odd says of itself is spoilt: capacity must be/)],
      [
        'history.any.default.a.question.1',
        expect.stringMatching(/^the record of attempt 1 of .* is spoilt: attempt must/),
      ],
    ])
    expect(await fleet.record(job, 1)).toBeNull()
  })

  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('waits as long as it is to behind an end, though the clock is set %s', async (_, byMs) => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, repeat: 60, delay: 60, backoff: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    for (const [n, end] of [() => fleet.runs[0]!.succeed(), () => fleet.runs[1]!.fail()].entries()) {
      end()
      await fleet.until(async () => (await fleet.state(job)).node === null)
      const since = fleet.clock.now()
      await fleet.pass(30_000, 500)
      fleet.clock.setWall(fleet.clock.wall() + byMs)
      await fleet.until(() => fleet.runs.length === n + 2)
      expect((fleet.clock.now() - since) / 1000).toBeCloseTo(60, 0)
    }
  })

  it('runs by its pattern at the times that come, though the clock was set back', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, cron: '0 * * * *' })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.runs[0]!.succeed()
    await fleet.until(async () => (await fleet.state(job)).node === null)
    fleet.clock.setWall(fleet.clock.wall() - 30 * 24 * 3_600_000)
    await fleet.until(() => fleet.runs.length === 2, { stepMs: 5000, withinMs: 3_700_000 })
    expect(fleet.clock.wall() % 3_600_000).toBeLessThan(20_000)
    fleet.runs[1]!.succeed()
    await fleet.until(async () => (await fleet.state(job)).node === null)
    await fleet.until(() => fleet.runs.length === 3, { stepMs: 5000, withinMs: 3_700_000 })
  })

  it('begins at a new target, though it began last by a clock that was set back since', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: fleet.now() })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.runs[0]!.succeed()
    await fleet.until(async () => (await fleet.state(job)).node === null)
    fleet.clock.setWall(fleet.clock.wall() - 3_600_000)
    await fleet.pass(30_000, 500)
    expect(fleet.runs).toHaveLength(1)
    await fleet.put(job, { target: fleet.now() })
    await fleet.until(() => fleet.runs.length === 2)
    fleet.runs[1]!.succeed()
    await fleet.until(async () => (await fleet.state(job)).node === null)
    await fleet.pass(30_000, 500)
    expect(fleet.runs).toHaveLength(2)
  })

  it('runs by a pattern that was written by a clock that was set back since, at each of its times', async () => {
    await fleet.node('a')
    await fleet.put(job, { cron: '0 * * * *', since: fleet.now() + 30 * 24 * 3600 })
    await fleet.until(() => fleet.runs.length === 1, { stepMs: 5000, withinMs: 3_700_000 })
    expect(fleet.clock.wall() % 3_600_000).toBeLessThan(20_000)
    fleet.runs[0]!.succeed()
    await fleet.until(async () => (await fleet.state(job)).node === null)
    await fleet.until(() => fleet.runs.length === 2, { stepMs: 5000, withinMs: 3_700_000 })
  })

  it('skips a new target that is too late, once, by a clock that was set back since the last start', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: fleet.now() })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.runs[0]!.succeed()
    await fleet.until(async () => (await fleet.state(job)).node === null)
    fleet.clock.setWall(fleet.clock.wall() - 3_600_000)
    await fleet.put(job, { target: fleet.now() - 20, startDeadline: 10 })
    await fleet.until(async () => (await fleet.state(job)).outcome === 'skipped')
    await fleet.pass(30_000, 500)
    expect(await fleet.state(job)).toMatchObject({ attempt: 2, outcome: 'skipped' })
  })

  it.each([
    ['not before its target, though the clock was set back', -3_600_000, 0],
    ['soon after its target, though the clock was set past it', 3_600_000, 1],
  ])('begins %s', async (_, byMs, runs) => {
    await fleet.node('a')
    await fleet.put(job, { target: fleet.now() + 60 })
    await fleet.pass(30_000, 500)
    fleet.clock.setWall(fleet.clock.wall() + byMs)
    await fleet.pass(10_000, 500)
    expect(fleet.runs).toHaveLength(runs)
    await fleet.pass(60_000, 500)
    expect(fleet.runs).toHaveLength(runs)
  })

  it('says why a job does not run', async () => {
    const node = await fleet.node('a', { capacity: 1, labels: { disk: 'ssd' } })
    const whyNot = (name: string) => node.runners.find(({ kind }) => kind === 'any')!.whyNot(`/${name}`)
    await fleet.put(anyJob('gpu'), { target: 1, labels: { gpu: 'yes' } })
    await fleet.put(anyJob('later'), { target: fleet.now() + 60 })
    await fleet.put(anyJob('none'), { target: null })
    await fleet.kv.put(fleet.keys.job(anyJob('wrong')), '{"repeat": -1}')
    await fleet.put(anyJob('disk'), { target: 1, labels: { disk: 'ssd' } })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.put(anyJob('waits'), { target: 1 })
    await fleet.pass(100)
    expect(fleet.runs).toHaveLength(1)
    expect(['gpu', 'later', 'none', 'wrong', 'disk', 'waits'].map(whyNot)).toEqual([
      'no node has the labels {"gpu":"yes"}',
      'target > started: in 60 s',
      'no target',
      expect.stringContaining('repeat must be seconds'),
      null,
      'every node that could run it has all that it can take',
    ])
  })

  it('does nothing while 10,000 jobs wait', async () => {
    await fleet.node('a')
    const far = fleet.now() + 1e6
    for (let n = 0; n < 10_000; n++) await fleet.put(anyJob(`j${n}`), { target: far + n })
    await fleet.pass(100)
    const [, { revision }] = await fleet.kv.get('/x')
    await fleet.pass(60_000, 1000)
    expect((await fleet.kv.get('/x'))[1].revision).toBe(revision)
  })
})
