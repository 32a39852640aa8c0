import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { ManualClock } from '../../../lib/movement/index.js'
import type { JobId } from '../../../lib/runner/job/job-id.js'
import { JobStore } from '../../../lib/runner/job/job-store.js'
import { Keys } from '../../../lib/runner/keys.js'

const keys = new Keys()
const answer: JobId = { kind: 'any', group: 'g', path: ['the', 'answer'] }
const everywhere: JobId = { kind: 'all', group: 'g', path: ['a'] }

function start() {
  const clock = new ManualClock({ nowMs: 0, wallMs: 1_000_000 })
  const kv = new MemoryBackend({ clock })
  return { clock, kv, store: new JobStore(kv, keys) }
}

test('a job that was written is found, with what is not given filled in', async () => {
  const { store } = start()
  const set = await store.set(answer, () => ({ code: 'x.y', repeat: 5 }))
  expect(set).toMatchObject({
    id: answer,
    entry: { code: 'x.y', repeat: 5, delay: 100 },
    written: { code: 'x.y', repeat: 5 },
  })
  expect(await store.get(answer)).toEqual(set)
  expect(await store.get(everywhere)).toBeNull()
})

test('jobs are listed by group and by the beginning of their paths, and groups by what is in them', async () => {
  const { store } = start()
  const at = { kind: 'at', group: 'g', node: 'n' } as const
  for (const id of [
    answer,
    { ...answer, path: ['the'] },
    { ...answer, path: ['them'] },
    everywhere,
    { ...at, path: ['a'] },
  ])
    await store.set(id, () => ({ code: 'x' }))
  await store.set({ ...answer, group: 'h' }, () => ({ code: 'x' }))
  const paths = async (...args: Parameters<JobStore['list']>) =>
    (await store.list(...args)).map(({ id }) => id.path.join('.'))
  expect(await paths({ kind: 'any', group: 'g' })).toEqual(['the', 'the.answer', 'them'])
  expect(await paths({ kind: 'any', group: 'g' }, ['the'])).toEqual(['the', 'the.answer'])
  expect(await paths(at)).toEqual(['a'])
  expect(await paths({ ...at, node: 'other' })).toEqual([])
  expect(await store.groups()).toEqual([
    { kind: 'any', group: 'g' },
    { kind: 'any', group: 'h' },
    { kind: 'at', node: 'n', group: 'g' },
    { kind: 'all', group: 'g' },
  ])
})

test('what is no job is not written, and what others wrote is told', async () => {
  const { store, kv } = start()
  await expect(store.set(answer, () => ({ code: 'x', delay: -1 }))).rejects.toThrow(/delay must be/)
  expect(await store.get(answer)).toBeNull()
  await kv.put(keys.job(answer), '{')
  await kv.put(keys.job({ ...answer, path: ['b'] }), '[1]')
  const faults = (await store.list({ kind: 'any', group: 'g' })).map(({ entry, fault }) => [entry, fault?.message])
  expect(faults).toEqual([
    [null, expect.stringMatching(/^a job must be an object/)],
    [null, expect.stringMatching(/^what is stored of any\/g the.answer is no JSON/)],
  ])
  await expect(store.set(answer, (written) => written ?? {})).rejects.toThrow(/is no JSON/)
})

test('a change meets what somebody else wrote meanwhile', async () => {
  const { store } = start()
  const { revision } = await store.set(answer, () => ({ code: 'x' }))
  let calls = 0
  const both = await Promise.all(
    ['delay', 'repeat'].map((field) =>
      store.set(answer, (written) => {
        calls += 1
        return { ...written, [field]: 7 }
      }),
    ),
  )
  expect(both.at(-1)?.entry ?? both[0]?.entry).toBeTruthy()
  expect((await store.get(answer))?.written).toEqual({ code: 'x', delay: 7, repeat: 7 })
  expect(calls).toBe(3)
  await expect(store.set(answer, () => ({ code: 'y' }), revision)).rejects.toMatchObject({
    code: 'ERR_KV_REVISION_MISMATCH',
  })
  await expect(store.set(answer, () => ({ code: 'y' }), 0)).rejects.toMatchObject({ code: 'ERR_KV_REVISION_MISMATCH' })
  expect((await store.get(answer))?.entry?.code).toBe('x')
})

test('a new cron pattern counts from when it was written', async () => {
  const { store, clock } = start()
  expect((await store.set(answer, () => ({ code: 'x', cron: '0 * * * *' }))).entry?.since).toBe(1000)
  clock.advance(5000)
  expect((await store.set(answer, (written) => ({ ...written, delay: 1 }))).entry?.since).toBe(1000)
  const { since: _since, ...rest } = (await store.get(answer))?.written as { since: number }
  expect((await store.set(answer, () => ({ ...rest, cron: '1 * * * *' }))).entry?.since).toBe(1005)
})

test('to delete a job disables it first; one that runs is deleted by force only', async () => {
  const { store, kv } = start()
  await store.set(answer, () => ({ code: 'x', target: 5 }))
  await kv.put(keys.state(answer, ''), '{"started":5}')
  await kv.put(keys.claim(answer, ''), '{}')
  expect(await store.delete(answer)).toBe('disabled')
  expect((await store.get(answer))?.entry?.target).toBeNull()
  await expect(store.delete(answer)).rejects.toMatchObject({
    code: 'ERR_JOB_RUNS',
    message: 'any/g the.answer still runs: wait for its end, or force it',
  })
  await kv.delete(keys.claim(answer, ''))
  expect(await store.delete(answer)).toBe('deleted')
  expect(await store.get(answer)).toBeNull()
  expect(await store.states(answer)).toEqual([])
  await expect(store.delete(answer)).rejects.toMatchObject({ code: 'ERR_KV_VANISHED' })
})

test('a forced delete leaves the state of one that runs to whoever runs it', async () => {
  const { store, kv } = start()
  await store.set(answer, () => ({ code: 'x', target: 5 }))
  await kv.put(keys.state(answer, ''), '{"started":5}')
  await kv.put(keys.claim(answer, ''), '{}')
  expect(await store.delete(answer, { force: true })).toBe('deleted')
  expect(await store.get(answer)).toBeNull()
  expect(await store.states(answer)).toMatchObject([{ node: null, isClaimed: true, state: { started: 5 } }])
})

test('each node has its own state of a job of kind all', async () => {
  const { store, kv } = start()
  await store.set(everywhere, () => ({ code: 'x', target: null }))
  for (const node of ['n1', 'n2']) await kv.put(keys.state(everywhere, node), `{"started":${node === 'n1' ? 1 : 2}}`)
  await kv.put(keys.state({ ...everywhere, path: ['b'] }, 'n3'), '{}')
  await kv.put(keys.claim(everywhere, 'n2'), '{}')
  expect(
    (await store.states(everywhere)).map(({ node, state, isClaimed }) => [node, state.started, isClaimed]),
  ).toEqual([
    ['n1', 1, false],
    ['n2', 2, true],
  ])
  await expect(store.delete(everywhere)).rejects.toThrow(/still runs on n2/)
})
