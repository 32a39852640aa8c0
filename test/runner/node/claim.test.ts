import { Backend } from '../../../lib/kv/backend/backend.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { silentLogger, SystemClock } from '../../../lib/movement/index.js'
import { Keys, readJobState, type JobState } from '../../../lib/runner/index.js'
import { takeClaim, type ClaimRequest } from '../../../lib/runner/node/claim.js'
import { anyJob, LinkedEngine } from './kit.js'

const opened: Backend[] = []
afterEach(async () => {
  for (const kv of opened.splice(0)) await kv.close()
})

const id = anyJob('a', 'b')
const keys = new Keys()

async function start(
  entry: object | null = { code: 'x', target: 50 },
  state: Partial<JobState> | null = null,
  kv: Backend = new MemoryBackend(),
) {
  opened.push(kv)
  const lease = await kv.lease()
  const member = keys.member('any', 'default', 'n')
  await kv.put(member, '{}', { lease })
  if (entry !== null) await kv.put(keys.job(id), JSON.stringify(entry))
  if (state !== null) await kv.put(keys.state(id, 'n'), JSON.stringify(state))
  const request: ClaimRequest = {
    ...{ kv, keys, id, node: 'n', owner: 'n', lease, member, mayRun: true, now: () => 100, random: () => 0 },
    ...{ blamelessMs: 60_000 },
    ...{ mayWait: () => true, waited: null, onAway: () => undefined },
  }
  const stateNow = async () => {
    const [text] = await kv.get(keys.state(id, 'n'))
    return text === null ? null : readJobState(JSON.parse(text) as never)
  }
  return {
    kv,
    request,
    member,
    take: (more: Partial<ClaimRequest> = {}) => takeClaim({ ...request, ...more }),
    stateNow,
  }
}

it('takes a job that is due: claim and state are there at once, and the token is their revision', async () => {
  const { kv, take, stateNow } = await start()
  const taken = await take()
  const [text, { modRevision }] = await kv.get(keys.claim(id, 'n'))
  expect(taken!.claim).toMatchObject({ token: modRevision, path: keys.claim(id, 'n') })
  expect(JSON.parse(text!)).toEqual({ node: 'n', run: taken!.claim.run, attempt: 1 })
  expect(await stateNow()).toEqual(taken!.state)
  expect(taken!.state).toMatchObject({ started: 100, node: 'n', attempt: 1, run: taken!.claim.run })
  expect(taken!.entry).toMatchObject({ code: 'x', delay: 100 })
})

it('is won by one of those who try at once', async () => {
  const { take } = await start()
  const tries = await Promise.all(Array.from({ length: 5 }, () => take()))
  expect(tries.filter((taken) => taken !== null)).toHaveLength(1)
})

it.each([
  ['that is not due', { code: 'x', target: 101 }, null],
  ['that is not there', null, { started: 1, stopped: 2 }],
  ['that is done', { code: 'x', target: 50 }, { started: 60, stopped: 70 }],
  ['that pauses', { code: 'x', target: 50, paused: true }, null],
])('leaves a job %s', async (_, entry, state) => {
  const { kv, take } = await start(entry, state)
  expect(await take()).toBeNull()
  expect((await kv.get(keys.claim(id, 'n')))[0]).toBeNull()
})

it('takes nothing for a node that is no member any more', async () => {
  const { kv, take, member } = await start()
  await kv.delete(member)
  expect(await take()).toBeNull()
})

it('puts in order what was lost, and takes it at once', async () => {
  const { kv, take } = await start({ code: 'x', target: 50 }, { started: 60, node: 'gone', run: 'r1', attempt: 3 })
  const taken = await take()
  expect(taken!.state).toMatchObject({ node: 'n', attempt: 4, lost: 1, backoff: 0 })
  const [record] = await kv.get(keys.attempt(id, 'n', 3))
  expect(JSON.parse(record!)).toMatchObject({ run: 'r1', node: 'gone', outcome: 'lost', stopped: 100 })
})

it('only puts it in order where it may not run', async () => {
  const { take, stateNow } = await start({ code: 'x', target: 50 }, { started: 60, node: 'n', run: 'r1', attempt: 3 })
  expect(await take({ mayRun: false })).toBeNull()
  expect(await stateNow()).toMatchObject({ outcome: 'lost', again: true, error: { message: 'Runner restarted' } })
})

it('lets run again at once what is to, though the clock was set back', async () => {
  const { take } = await start({ code: 'x', target: 50 }, { started: 5000, stopped: 5001, again: true })
  expect((await take())!.state).toMatchObject({ again: false })
})

it('refuses a job that is no job', async () => {
  const { take } = await start({ code: 'x', repeat: -1 })
  await expect(take()).rejects.toThrow(/repeat must be seconds/)
})

describe('over a link that breaks', () => {
  const linked = () => {
    const clock = new SystemClock()
    const link = new LinkedEngine(new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity }), clock)
    return { link, kv: new Backend(link, { clock, log: silentLogger, commitTokens: false }) }
  }

  it('is taken once the store answers, as long as it may be waited for', async () => {
    const { link, kv } = linked()
    const { take } = await start(undefined, null, kv)
    link.isUp = false
    await expect(take({ mayWait: () => false })).rejects.toThrow(/the link is down/)
    expect(await take({ onAway: () => (link.isUp = true) })).toMatchObject({ state: { attempt: 1 } })
  })

  it('is the one that it has taken already, if the store did not say so', async () => {
    const { link, kv } = linked()
    const { take, stateNow } = await start(undefined, null, kv)
    link.muteFor = /claim/
    const taken = await take()
    const [text, { modRevision }] = await kv.get(keys.claim(id, 'n'))
    expect(taken).toMatchObject({ claim: { token: modRevision, run: (await stateNow())!.run }, state: { attempt: 1 } })
    expect(JSON.parse(text!)).toMatchObject({ run: taken!.claim.run })
    expect(await take()).toBeNull()
  })

  it('is given back, if it was deleted before the store said that it was taken', async () => {
    const { link, kv } = linked()
    const { take } = await start(undefined, null, kv)
    link.muteFor = /claim/
    expect(await take({ onAway: () => void kv.delete(keys.job(id)) })).toBeNull()
    expect((await kv.get(keys.claim(id, 'n')))[0]).toBeNull()
  })
})

describe('a start that is too late by now', () => {
  const late = { code: 'x', target: 50, startDeadline: 10 }

  it('stands in the state and in the history as skipped, once, and takes no claim', async () => {
    const { kv, take, stateNow } = await start(late, { started: 20, stopped: 30, attempt: 4, result: 7 })
    const skipped: number[] = []
    const taken = await Promise.all([1, 2].map(() => take({ mayRun: false, onSkipped: (n) => skipped.push(n) })))
    const error = {
      name: 'Skipped',
      message: expect.stringMatching(/^a start was skipped, from .*: no node has begun/),
    }
    expect([taken, skipped]).toEqual([[null, null], [5]])
    expect(await stateNow()).toMatchObject({
      outcome: 'skipped',
      attempt: 5,
      node: null,
      started: 50,
      result: 7,
      error,
    })
    const record = JSON.parse((await kv.get(keys.attempt(id, 'n', 5)))[0]!) as object
    expect(record).toMatchObject({ attempt: 5, outcome: 'skipped', started: 50, stopped: 50, error })
    expect((await kv.get(keys.claim(id, 'n')))[0]).toBeNull()
    expect(await take()).toBeNull()
  })

  it('does not keep from the next one of its pattern', async () => {
    const day = 24 * 3600
    const entry = { code: 'x', cron: '0 0 * * *', startDeadline: 60 }
    const { take, stateNow } = await start(entry, { started: 10, stopped: 20 })
    const taken = await take({ now: () => 3 * day + 5 })
    expect(taken!.state).toMatchObject({ attempt: 2, node: 'n', outcome: null, skipped: [] })
    expect(await stateNow()).toEqual(taken!.state)
  })
})

it('counts the starts that one makes up for', async () => {
  const { take } = await start({ code: 'x', cron: '* * * * *' }, { started: 10, stopped: 20 })
  const { state } = (await take({ now: () => 185 }))!
  expect(state.skipped).toEqual([{ times: 2, first: 120, why: expect.stringContaining('one start makes up for all') }])
})
