import { join } from 'node:path'
import { openKv } from '../../lib/kv/index.js'
import { JobStore, Keys } from '../../lib/runner/index.js'
import { anyJob } from '../runner/node/kit.js'
import { scratch, startDeadbeat } from '../app/scratch.js'

const keys = new Keys()

it('runs the jobs of its groups until it is stopped, says where it is, and leaves no trace of itself', async () => {
  const dir = scratch({})
  const url = `file:${join(dir, 'store')}`
  const kv = openKv(url)
  await kv.put(keys.code(['the', 'answer']), '{"code": "return 42"}')
  const { child, ended } = await startDeadbeat(
    dir,
    ['node', '--name', 'n1', '-g', 'lab', '--url', url, '--json'],
    '"n1"',
  )
  const id = { ...anyJob('a'), group: 'lab' }
  const jobs = new JobStore(kv, keys)
  await jobs.set(id, () => ({ code: 'the.answer', target: 1 }))
  const states = kv.treeCache(keys.states('any', 'lab', 'n1'))
  await states.until((cache) => cache.get(keys.state(id, 'n1'))?.includes('"success"') === true)
  expect((await jobs.states(id))[0]!.state).toMatchObject({ result: 42, attempt: 1 })
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0, signal: null })
  expect((await kv.listKeys('/deadbeat/member/', { recurse: 3 }))[0]).toEqual([])
  states.close()
  await kv.close()
})

it('says what is wrong with what it was given', async () => {
  const dir = scratch({})
  const start = (...argv: string[]) => startDeadbeat(dir, ['node', ...argv], '').then(({ ended }) => ended)
  const [store, rights] = await Promise.all([start('--url', 'redis://x'), start('--rights', join(dir, 'none.json'))])
  expect([store.status, store.stderr]).toEqual([64, expect.stringContaining('must begin with etcd:, file:')])
  expect([rights.status, rights.stderr]).toEqual([78, expect.stringContaining('none.json')])
})
