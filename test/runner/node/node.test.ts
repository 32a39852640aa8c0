import { allJob, anyJob, atJob, startFleet, type Fleet } from './kit.js'

let fleet: Fleet
beforeEach(() => {
  fleet = startFleet()
})
afterEach(() => fleet.close())

const job = anyJob('a', 'question')
/** Who runs now, one entry for each attempt. */
const where = () => fleet.running().map(({ node }) => node)
const states = (node: string) =>
  fleet
    .running()
    .find((run) => run.node === node)
    ?.told.map(({ type }) => type)

describe('several nodes', () => {
  it('run a job of kind any once, and share many by what each has to do', async () => {
    for (const name of ['a', 'b', 'c']) await fleet.node(name)
    for (let n = 0; n < 9; n++) {
      await fleet.put(anyJob(`j${n}`), { target: 1 })
      await fleet.until(() => fleet.runs.length === n + 1)
    }
    await fleet.pass(2000)
    expect(where().sort()).toEqual(['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c'])
  })

  it('never run one twice, however many are due at once', async () => {
    for (const name of ['a', 'b', 'c']) await fleet.node(name, { turnMs: 0 })
    for (let n = 0; n < 30; n++) await fleet.put(anyJob(`j${n}`), { target: fleet.now() + 1 })
    await fleet.until(() => fleet.runs.length >= 30)
    await fleet.pass(2000)
    expect(new Set(fleet.runs.map(({ request }) => request.identity.job)).size).toBe(30)
    expect(fleet.runs).toHaveLength(30)
  })

  it('run one of kind all on each, with a state of its own, and one of kind at where it belongs', async () => {
    for (const name of ['a', 'b']) await fleet.node(name)
    const all = allJob('x')
    await fleet.put(all, { target: 1 })
    await fleet.put(atJob('b', 'y'), { target: 1 })
    await fleet.until(() => fleet.runs.length === 3)
    expect(where().sort()).toEqual(['a', 'b', 'b'])
    expect([(await fleet.state(all, 'a')).node, (await fleet.state(all, 'b')).node]).toEqual(['a', 'b'])
  })

  it('give a job to a node with its labels only', async () => {
    await fleet.node('a')
    await fleet.node('b', { labels: { disk: 'ssd' } })
    await fleet.put(job, { target: 1, labels: { disk: 'ssd' } })
    await fleet.until(() => fleet.runs.length === 1)
    expect(where()).toEqual(['b'])
  })

  it('leave what a node can not take to others', async () => {
    await fleet.node('a', { capacity: 1 })
    await fleet.node('b', { capacity: 3 })
    for (let n = 0; n < 4; n++) await fleet.put(anyJob(`j${n}`), { target: 1 })
    await fleet.until(() => fleet.runs.length === 4)
    expect(where().sort()).toEqual(['a', 'b', 'b', 'b'])
  })
})

describe('a node that is gone', () => {
  it('is replaced within its TTL and a second, and what it ran counts as lost, not as failed', async () => {
    await fleet.node('a')
    await fleet.node('b')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    const [first] = fleet.runs
    const other = first!.node === 'a' ? 'b' : 'a'
    first!.isStubborn = true
    fleet.cut(first!.node)
    const since = fleet.clock.now()
    await fleet.until(() => fleet.runs.length === 2)
    expect(fleet.clock.now() - since).toBeLessThanOrEqual(11_000)
    expect(fleet.runs[1]!.node).toBe(other)
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost', node: first!.node })
    expect(await fleet.state(job)).toMatchObject({ node: other, attempt: 2, backoff: 0, lost: 1 })
    // Its own node had ended it before.
    expect([first!.isAlive, first!.kills]).toEqual([false, ['node unsure']])
  })

  it('ends its own jobs a guard before anybody else may take them, by the clock that never jumps', async () => {
    await fleet.node('a')
    await fleet.node('b')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    fleet.cut(fleet.runs[0]!.node)
    fleet.clock.setWall(fleet.clock.wall() - 3_600_000)
    await fleet.until(() => !fleet.runs[0]!.isAlive)
    const endedMs = fleet.clock.now()
    await fleet.until(() => fleet.runs.length === 2)
    expect(fleet.clock.now() - endedMs).toBeGreaterThanOrEqual(1500)
  })

  it('goes on when the store was away for less than that, and tells its code meanwhile', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.until(() => states('a')?.length === 1)
    fleet.cut('a')
    await fleet.until(() => states('a')?.length === 2)
    fleet.cut('a', false)
    await fleet.until(() => states('a')?.length === 3)
    expect(states('a')).toEqual(['DetachedState', 'BrokenState', 'DetachedState'])
    await fleet.pass(20_000, 200)
    expect(fleet.runs[0]!.isAlive).toBe(true)
  })

  it('comes back and runs its jobs when the store was away for longer', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.put(allJob('x'), { target: 1 })
    await fleet.until(() => fleet.runs.length === 2)
    fleet.cut('a')
    await fleet.pass(30_000, 200)
    expect(where()).toEqual([])
    fleet.cut('a', false)
    await fleet.until(() => fleet.runs.length === 4)
    const error = { message: 'its node could not reach the store' }
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'lost', error })
  })

  it('runs its jobs again at once however often the store was away: that is no fault of theirs', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1 })
    for (let runs = 1; runs <= 4; runs++) {
      await fleet.until(() => fleet.runs.length === runs && fleet.running().length === 1)
      fleet.cut('a')
      await fleet.pass(30_000, 200)
      fleet.cut('a', false)
    }
    await fleet.until(() => fleet.runs.length === 5)
    expect(await fleet.state(job)).toMatchObject({ attempt: 5, backoff: 0, lost: 0 })
  })

  it('leaves though the store is away, and what it could not write down is not waited for', async () => {
    const node = await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.running().length === 1)
    fleet.cut('a')
    await fleet.pass(30_000, 200)
    let hasLeft = false
    void node.close().then(() => (hasLeft = true))
    await fleet.until(() => hasLeft)
    expect(await fleet.state(job)).toMatchObject({ attempt: 1, outcome: null })
  })

  it('confirms what runs in time, again and again', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    const [run] = fleet.runs
    let goodUntil = Infinity
    for (let n = 0; n < 100; n++) {
      run!.confirmedForMs = 0
      await fleet.pass(500, 100)
      if (run!.confirmedForMs > 0) goodUntil = fleet.clock.now() - 500 + run!.confirmedForMs
      expect(goodUntil).toBeGreaterThan(fleet.clock.now())
    }
    expect(goodUntil).toBeLessThan(Infinity)
  })

  it('counts three losses in a row as a failure', async () => {
    await fleet.node('a')
    await fleet.put(job, { target: 1, delay: 50, backoff: 1 })
    for (let loss = 1; loss <= 3; loss++) {
      await fleet.until(() => fleet.runs.length === loss && fleet.running().length === 1)
      await fleet.until(async () => (await fleet.kv.get(fleet.keys.claim(job, 'a')))[0] !== null)
      await fleet.kv.delete(fleet.keys.claim(job, 'a'))
    }
    await fleet.until(async () => (await fleet.state(job)).backoff === 1)
    expect(await fleet.state(job)).toMatchObject({ outcome: 'failed', lost: 0, error: { name: 'Lost' } })
    expect(fleet.runs).toHaveLength(3)
    await fleet.until(() => fleet.runs.length === 4)
  })

  it('counts no losses as in a row between which the job has run for long', async () => {
    await fleet.node('a', { blamelessMs: 60_000 })
    await fleet.put(job, { target: 1 })
    for (let loss = 1; loss <= 4; loss++) {
      await fleet.until(() => fleet.runs.length === loss && fleet.running().length === 1)
      await fleet.pass(loss === 3 ? 61_000 : 1000, 500)
      await fleet.kv.delete(fleet.keys.claim(job, 'a'))
    }
    await fleet.until(() => fleet.runs.length === 5)
    expect(await fleet.state(job)).toMatchObject({ attempt: 5, lost: 1, backoff: 0 })
  })

  it('leaves its own jobs waiting, but for those that may run elsewhere', async () => {
    await fleet.node('a')
    const b = await fleet.node('b')
    const [moves, stays] = [atJob('b', 'moves'), atJob('b', 'stays')]
    await fleet.put(moves, { target: 1, failover: true })
    await fleet.put(stays, { target: 1 })
    await fleet.until(() => fleet.runs.length === 2)
    fleet.cut('b')
    await fleet.until(() => fleet.runs.length === 3)
    expect(fleet.runs[2]).toMatchObject({ node: 'a', request: { identity: { job: 'at/default/b moves' } } })
    expect(await fleet.state(moves)).toMatchObject({ node: 'a', attempt: 2 })
    fleet.cut('b', false)
    await fleet.until(() => fleet.runs.length === 4)
    expect(fleet.runs[3]).toMatchObject({ node: 'b', request: { identity: { job: 'at/default/b stays' } } })
    fleet.runs[2]!.succeed()
    await fleet.put(moves, { target: fleet.now() + 5, failover: true })
    await fleet.until(() => fleet.runs.length === 5)
    expect([fleet.runs[4]!.node, b.hold]).toEqual(['b', 'sure'])
  })
})

describe('a node', () => {
  it('gives what it runs to others when it drains, and takes nothing until it may again', async () => {
    const a = await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.node('b')
    await a.drain()
    await fleet.until(() => where()[0] === 'b')
    expect(await fleet.record(job, 1)).toMatchObject({ outcome: 'cancelled' })
    expect(fleet.runs[0]!.told.at(-1)).toEqual({ type: 'DrainMsg' })
    expect(await fleet.state(job)).toMatchObject({ attempt: 2, backoff: 0 })
    await fleet.kv.put(fleet.keys.group('any', 'default'), '{"draining": ["b"]}')
    await fleet.until(() => where().length === 0)
    await a.drain(false)
    await fleet.until(() => where()[0] === 'a')
  })

  it('leaves at once what it had when it is closed', async () => {
    const a = await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    await fleet.node('b')
    const since = fleet.clock.now()
    let isClosed = false
    void a.close().then(() => (isClosed = true))
    await fleet.until(() => isClosed && fleet.runs.length === 2)
    expect(fleet.clock.now() - since).toBeLessThan(2000)
    expect((await fleet.kv.listKeys(`${fleet.keys.members('any', 'default')}/`))[0]).toHaveLength(1)
  })

  it('tells running code of its group, at its start and on changes only', async () => {
    await fleet.kv.put(fleet.keys.group('any', 'default'), '{"size": 3}')
    await fleet.node('a')
    await fleet.put(job, { target: 1 })
    await fleet.until(() => fleet.runs.length === 1)
    const b = await fleet.node('b')
    await fleet.until(() => states('a')?.length === 2)
    await fleet.node('c')
    await fleet.until(() => states('a')?.length === 3)
    await fleet.node('d')
    await fleet.pass(5000, 200)
    let isClosed = false
    void b.close().then(() => (isClosed = true))
    await fleet.until(() => isClosed)
    await fleet.kv.put(fleet.keys.group('any', 'default'), '{"size": 4}')
    await fleet.until(() => states('a')?.length === 4)
    expect(states('a')).toEqual(['DetachedState', 'PartialState', 'CompleteState', 'PartialState'])
  })

  it('waits for one of its name that ended without a word, and is refused where it lives', async () => {
    await fleet.node('a')
    const link = fleet.links.get('a')
    await expect(fleet.node('a')).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_NODE_RUNS', message: expect.stringContaining('node a runs already') }),
    )
    link!.isUp = false
    await expect(fleet.node('a')).resolves.toMatchObject({ name: 'a' })
  })
})
