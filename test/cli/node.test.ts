import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../lib/items/index.js'
import { openKv } from '../../lib/kv/index.js'
import { Escapement, silentLogger } from '../../lib/movement/index.js'
import { JobStore, Keys, readHistory } from '../../lib/runner/index.js'
import { KeyDirectory } from '../../lib/wire/index.js'
import { allJob, anyJob, atJob } from '../runner/node/kit.js'
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
  const states = kv.treeCache('/deadbeat/state')
  await states.until((cache) => cache.get(keys.state(id, 'n1'))?.includes('"success"') === true)
  expect((await jobs.states(id))[0]!.state).toMatchObject({ result: 42, attempt: 1 })
  // As MoaT-KV has it: a runner of one kind and group.
  const single = await startDeadbeat(dir, ['job', '-n', 'n2', '-g', 'lab', 'run', '--url', url], 'node-n2')
  const own = { ...atJob('n2', 'a'), group: 'lab' }
  await jobs.set(own, () => ({ code: 'the.answer', target: 1 }))
  await states.until((cache) => cache.get(keys.state(own, 'n2'))?.includes('"success"') === true)
  expect((await kv.listKeys('/deadbeat/member/', { recurse: 3 }))[0].filter((key) => /n2$/.test(key))).toEqual([
    keys.member('at', 'lab', 'n2'),
  ])
  for (const one of [child, single.child]) one.kill('SIGTERM')
  for (const one of await Promise.all([ended, single.ended])) expect(one).toMatchObject({ status: 0, signal: null })
  expect((await kv.listKeys('/deadbeat/member/', { recurse: 3 }))[0]).toEqual([])
  states.close()
  await kv.close()
})

it('says what is wrong with what it was given', async () => {
  const dir = scratch({ 'node.json': '{"node": {"guardMs": "5s"}}' })
  const start = (...argv: string[]) => startDeadbeat(dir, ['node', ...argv], '').then(({ ended }) => ended)
  const [store, rights, settings, flag] = await Promise.all([
    start('--url', 'redis://x'),
    start('--rights', join(dir, 'none.json')),
    start('--config', 'node.json', '--ttl', '10s'),
    start('--capcity', '4'),
  ])
  expect([store.status, store.stderr]).toEqual([64, expect.stringContaining('must begin with etcd:, file:')])
  expect([rights.status, rights.stderr]).toEqual([78, expect.stringContaining('none.json')])
  expect([settings.status, settings.stderr]).toEqual([
    78,
    'node: guardMs must be below half of ttlMs, 10000: it is 5000\n',
  ])
  expect([flag.status, flag.stderr]).toEqual([64, "error: unknown option '--capcity'\n(Did you mean --capacity?)\n"])
})

it('is asked by other machines with keys that it knows, by the rights that it has, and by nobody else', async () => {
  const dir = scratch({
    'rights.json': JSON.stringify({ rules: [{ who: 'key anna', may: ['read'], on: 'node-n1.*' }] }),
  })
  const [own, annas] = [new KeyDirectory(join(dir, 'keys')), new KeyDirectory(join(dir, 'annas'))]
  const serverKey = own.make('n1').publicKey
  own.add('clients', 'anna', annas.make('anna').publicKey)
  const flags = ['--items.key', 'n1', '--items.keys', join(dir, 'keys'), '--items.rights', join(dir, 'rights.json')]
  const started = startDeadbeat(
    dir,
    ['node', '--name', 'n1', '--url', `file:${join(dir, 'kv')}`, '--json', ...flags],
    '}',
  )
  const { child, said, ended } = await started
  const { rep } = JSON.parse(said()) as { rep: number }
  const around = { esc: new Escapement(), log: silentLogger, home: join(dir, 'annas') }
  const at = `node-n1:127.0.0.1:${rep}`
  const store = await openStore(at, { ...around, keys: annas.own('anna'), serverKey })
  expect(await store.item('capacity').get()).toBe(16)
  await expect(store.reach().call('drain', [], {}, {})).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' })
  await expect(openStore(at, { ...around, ackMs: 300 })).rejects.toThrow()
  store.close()
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0 })
})

// It tells which process it is, and waits.
const WAITING = `
import { appendFileSync } from 'node:fs'
import { app } from 'deadbeat/app'
import { IntervalSupply } from 'deadbeat/cogs/interval-supply'
export default app({
  name: 'waiting',
  build(train) {
    appendFileSync(new URL('pids', import.meta.url), process.pid + '\\n')
    train.line(new IntervalSupply(train, { intervalMs: 60_000 }), () => null)
  },
})`

describe('a node that is killed', () => {
  const dir = scratch({ 'waiting.mjs': WAITING, pids: '' })
  const url = `file:${join(dir, 'kv')}`
  const id = allJob('waits')
  const start = () =>
    startDeadbeat(dir, ['node', '--name', 'n1', '--kinds', 'all', '--url', url, '--ttl', '1s'], 'answers at')
  const pids = () => readFileSync(join(dir, 'pids'), 'utf8').split('\n').slice(0, -1)
  const isGone = (pid: string) => {
    try {
      return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return true
    }
  }
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  it('takes the apps of its jobs with it', async () => {
    const kv = openKv(url)
    await new JobStore(kv, keys).set(id, () => ({ app: join(dir, 'waiting.mjs'), target: 1 }))
    await kv.close()
    const { child, ended } = await start()
    await until(() => pids().length === 1)
    expect(isGone(pids()[0]!)).toBe(false)
    child.kill('SIGKILL')
    await ended
    await until(() => isGone(pids()[0]!))
  })

  it('runs them again when it is back, in the place that they had', async () => {
    const { child, ended } = await start()
    await until(() => pids().length === 2)
    expect(readdirSync(join(dir, 'run')).filter((name) => name.startsWith('all-default-waits-'))).toHaveLength(1)
    const kv = openKv(url)
    expect((await readHistory(kv, keys, id, 'n1', 1))[0]).toMatchObject({ outcome: 'lost' })
    await kv.close()
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ status: 0 })
    expect(isGone(pids()[1]!)).toBe(true)
  })
})
