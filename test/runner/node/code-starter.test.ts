import { MemoryBackend } from '../../../lib/kv/index.js'
import { silentLogger, SystemClock } from '../../../lib/movement/index.js'
import { ErrorRecords, Keys, readJobEntry } from '../../../lib/runner/index.js'
import type { JobRun } from '../../../lib/runner/host/job-run.js'
import { CodeStarter, type CodeStarterOptions } from '../../../lib/runner/node/code-starter.js'

const keys = new Keys()
const identity = { job: 'any/default a', node: 'n', attempt: 1, fence: 5 }
const leftMs = (): number => 5000
const run = { pid: 7 } as JobRun

async function start(more: Partial<CodeStarterOptions> = {}) {
  const kv = new MemoryBackend()
  await kv.put(keys.code(['the', 'answer']), '{"code": "return 42", "requires": ["m"]}')
  await kv.put(keys.module(['m']), '{"code": "export const n = 1"}')
  const asked: Record<string, unknown>[] = []
  const starter = new CodeStarter({
    ...{ kv, keys, clock: new SystemClock(), log: silentLogger },
    startJob: (options) => {
      asked.push(options as never)
      return run
    },
    ...more,
  })
  return {
    kv,
    asked,
    starter,
    go: (entry: object) =>
      starter.start({ entry: readJobEntry(entry as never), identity, services: {} as never, leftMs }),
  }
}

it('starts stored code with all that it needs, and what the job says of it', async () => {
  const { go, asked, starter, kv } = await start()
  const entry = { code: 'the.answer', data: { n: 1 }, deadline: 2, limits: { graceMs: 9 }, tier: 'confined' }
  const started = await go(entry)
  expect(started.run).toBe(run)
  expect(asked[0]).toMatchObject({
    ...{ identity, data: { n: 1 }, deadlineMs: 2000, limits: { graceMs: 9 }, tier: 'confined' },
    leftMs,
    code: { path: 'the.answer', js: 'return 42', modules: { m: { requires: [] } } },
  })
  expect(await starter.hashOf(readJobEntry({ code: 'the.answer' }))).toBe(started.codeHash)
  await kv.put(keys.module(['m']), '{"code": "export const n = 2"}')
  expect(await starter.hashOf(readJobEntry({ code: 'the.answer' }))).not.toBe(started.codeHash)
  await kv.delete(keys.module(['m']))
  expect(await starter.hashOf(readJobEntry({ code: 'the.answer' }))).toBeNull()
})

it('refuses code that is not there', async () => {
  const { go } = await start()
  await expect(go({ code: 'no.such' })).rejects.toThrow(expect.objectContaining({ code: 'ERR_NO_CODE' }))
})

it('starts an app where the node runs apps', async () => {
  const asked: unknown[] = []
  const { go, starter } = await start({
    startApp: (options) => {
      asked.push([options.app, options.config, options.deadlineMs])
      return run
    },
  })
  expect(await go({ app: 'resolve', config: { dns: {} } })).toEqual({ run, codeHash: null })
  expect(asked).toEqual([['resolve', { dns: {} }, null]])
  expect(await starter.hashOf(readJobEntry({ app: 'resolve' }))).toBeNull()
  const { go: without } = await start()
  await expect(without({ app: 'resolve' })).rejects.toThrow('this node runs no apps: the job names resolve')
  await expect(without({})).rejects.toThrow('the job names neither code nor an app')
})

it('records what code can not be used, once for each fault, and that it can be used again', async () => {
  const kv = new MemoryBackend()
  const errors = new ErrorRecords(kv, keys, 'n')
  const { go, starter } = await start({ kv, errors })
  const entry = { code: 'a.b' }
  const write = (text: string) => kv.put(keys.code(['a', 'b']), JSON.stringify({ code: text }))
  const records = async () =>
    (await errors.list()).map(({ path, count, resolved }) => [path, count, resolved !== false])
  await expect(go(entry)).rejects.toMatchObject({ code: 'ERR_NO_CODE' })
  expect(await records()).toEqual([])
  await write('return return')
  await expect(go(entry)).rejects.toMatchObject({ code: 'ERR_CODE_COMPILE' })
  expect(await starter.hashOf(readJobEntry(entry))).toBeNull()
  expect(await records()).toEqual([['proc.a.b', 1, false]])
  await write('return 1')
  await starter.hashOf(readJobEntry(entry))
  expect(await records()).toEqual([['proc.a.b', 1, true]])
  await new ErrorRecords(kv, keys, 'other').record('compile', ['proc', 'a', 'b'], {})
  await go(entry)
  expect(await records()).toEqual([['proc.a.b', 2, true]])
})

it('starts code though nothing can be recorded', async () => {
  const refuse = () => Promise.reject(new Error('the store gave no answer'))
  const { go } = await start({ errors: { record: refuse, resolve: refuse } })
  expect((await go({ code: 'the.answer' })).run).toBe(run)
})
