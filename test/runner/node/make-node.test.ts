import { toError } from '../../../lib/errors/index.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { ErrorRecords, JobStore, Keys } from '../../../lib/runner/index.js'
import type { JobServices } from '../../../lib/runner/host/job-run.js'
import { makeNode } from '../../../lib/runner/node/make-node.js'
import { anyJob } from './kit.js'

const id = anyJob('a', 'question')
const exit = { code: 0, signal: null, why: 'it returned' }

/** A node whose jobs do what the test says, until the job has ended so often. */
async function play(entry: object, play: (services: JobServices, attempt: number) => Promise<unknown>, attempts = 1) {
  const kv = new MemoryBackend()
  const keys = new Keys()
  await kv.put(keys.code(['x']), '{"code": "return 1"}')
  const node = makeNode({
    ...{ kv, name: 'n', kinds: ['any'], logFlushMs: 1, log: silentLogger },
    call: () => Promise.resolve(undefined),
    startJob: ({ services, identity }) => ({
      ...{ pid: 1, tell: () => undefined, confirm: () => undefined, stop: () => undefined, kill: () => undefined },
      ended: play(services, identity.attempt).then(
        (result) => ({ outcome: 'success', result: result as never, exit }) as const,
        (error: unknown) =>
          ({ outcome: 'failed', error: { name: 'Error', message: toError(error).message }, exit }) as const,
      ),
    }),
  })
  await node.open()
  const state = kv.treeCache(keys.state(id, 'n'))
  await kv.put(keys.job(id), JSON.stringify({ code: 'x', target: 1, ...entry }))
  await state.until((cache) => {
    const is = JSON.parse(cache.get(keys.state(id, 'n')) ?? '{}') as { attempt?: number; node?: string | null }
    return is.attempt === attempts && is.node === null
  })
  state.close()
  await node.close()
  const [stored] = await new JobStore(kv, keys).states(id)
  const after = stored!.state
  const errors = await new ErrorRecords(kv, keys, 'n').list()
  const value = async (path: string) => (await kv.get(path))[0]
  return { kv, keys, after, errors, value }
}

it('runs stored code that reads and writes the tree, and logs', async () => {
  const { kv, keys, after, errors, value } = await play({}, async (services) => {
    await services.set(['x'], 41)
    services.log('info', 'it was set')
    return Number(await services.get(['x'])) + 1
  })
  expect(after).toMatchObject({ outcome: 'success', result: 42 })
  expect([await value('/x'), errors]).toEqual(['41', []])
  expect(await value(keys.log(id, 'n', 1, 0))).toContain('it was set')
  await kv.close()
})

it('records what fails, and resolves it when the job works', async () => {
  const { kv, after, errors } = await play(
    { delay: 0.001, backoff: 1 },
    (_, attempt) => (attempt === 1 ? Promise.reject(new Error('too hot')) : Promise.resolve(attempt)),
    2,
  )
  expect(after).toMatchObject({ outcome: 'success', result: 2, backoff: 0 })
  expect(errors).toMatchObject([{ subsystem: 'run', path: 'any.default.a.question', message: 'too hot' }])
  expect(errors[0]!.resolved).not.toBe(false)
  await kv.close()
})

it('names code that is not there', async () => {
  const { kv, after, errors } = await play({ code: 'no.such' }, () => Promise.resolve(1))
  expect(after).toMatchObject({ outcome: 'failed', error: { message: expect.stringContaining('no.such is empty') } })
  expect(errors).toHaveLength(1)
  await kv.close()
})
