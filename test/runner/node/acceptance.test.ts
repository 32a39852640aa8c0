/** The scenarios by which the seed is accepted (specification runner, A12), on all kinds of runners and stores, in real processes. */
import { join } from 'node:path'
import { openKv, parseJson, type Backend, type TreeCache } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { startJob } from '../../../lib/runner/host/start-job.js'
import { Keys, readJobState, type JobId, type JobState } from '../../../lib/runner/index.js'
import { makeNode } from '../../../lib/runner/node/make-node.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { temporary } from '../../support/temporary.js'
import { allJob, anyJob, atJob } from './kit.js'

const keys = new Keys()

/** Wait for one value, then for a while; anything else that came would be the result. */
const WAITING = `
  await _self.setupDone()
  await _self.SOURCE(_P('test.4242'))
  await _self.set(_P('ready').concat(where), true)
  for await (const msg of _info) {
    if (msg === null) return 'stalled'
    if (msg instanceof _cls.TimerMsg) return RESULT
    if (!(msg instanceof _cls.CLASS)) continue
    await _self.set(_P('seen').concat(where), msg.value)
    if (msg.value === 42) await _self.timer(0.1)
  }
`
const CODE = {
  watch: { mode: 'async', code: filled({ SOURCE: 'watch', CLASS: 'ChangeMsg', RESULT: '42' }), vars: ['where'] },
  monitor: { mode: 'async', code: filled({ SOURCE: 'monitor', CLASS: 'MQTTmsg', RESULT: '43' }), vars: ['where'] },
  sleep: { mode: 'thread', code: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)\nreturn 42' },
  tell: { mode: 'async', code: 'await _self.send(_P("test.4242"), 13)\nawait _self.send(_P("test.4242"), 42)' },
}

function filled(words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce((text, [word, by]) => text.replaceAll(word, by), WAITING)
}

const stores: [name: string, open: () => Promise<Backend>][] = [
  ['memory', () => Promise.resolve(openKv('memory:'))],
  ['a file', () => Promise.resolve(openKv(`file:${join(temporary(), 'kv')}`))],
  ...(hasEtcd
    ? [
        ['etcd', async () => openKv((await startEtcd()).url.replace('http:', 'etcd:'))] as [
          string,
          () => Promise<Backend>,
        ],
      ]
    : []),
]

describe.each(stores)('on %s', (_, open) => {
  let kv: Backend
  let tree: TreeCache
  let close: () => Promise<void>
  beforeEach(async () => {
    kv = await open()
    for (const [name, entry] of Object.entries(CODE)) await kv.put(keys.code([name]), JSON.stringify(entry))
    tree = kv.treeCache('/', { subtree: true })
    const call = (): Promise<undefined> => Promise.resolve(undefined)
    const node = makeNode({ kv, name: 'n', log: silentLogger, startJob, call })
    await node.open()
    close = async () => {
      await node.close()
      tree.close()
      await kv.close()
    }
  })
  afterEach(() => close())

  const start = (id: JobId, code: string, where: string) =>
    kv.put(keys.job(id), JSON.stringify({ code, target: kv.clock.wall() / 1000, data: { where } }))
  const stateOf = (id: JobId): JobState => readJobState(parseJson(tree.get(keys.state(id, 'n')) ?? '{}'))
  const seen = (where: string, value: number) => tree.until((cache) => cache.get(`/seen/${where}`) === String(value))
  const ended = async (id: JobId) => {
    await tree.until(() => stateOf(id).stopped > 0)
    return stateOf(id)
  }

  it('jobs of every kind wait for values, timers and messages, and tell what they return', async () => {
    const jobs: Record<string, JobId> = { any: anyJob('w'), at: atJob('n', 'w'), all: allJob('w'), m: anyJob('m') }
    for (const [where, id] of Object.entries(jobs)) await start(id, where === 'm' ? 'monitor' : 'watch', where)
    const [single, each] = [atJob('n', 's'), allJob('s')]
    for (const id of [single, each]) await start(id, 'sleep', '')
    await kv.put('/test/4242', '13')
    await Promise.all(['any', 'at', 'all'].map((where) => seen(where, 13)))
    expect(['any', 'at', 'all'].map((where) => stateOf(jobs[where]!).node)).toEqual(['n', 'n', 'n'])
    await kv.put('/test/4242', '42')
    const result = { outcome: 'success', backoff: 0, node: null }
    for (const where of ['any', 'at', 'all']) expect(await ended(jobs[where]!)).toMatchObject({ ...result, result: 42 })
    for (const id of [single, each]) expect(await ended(id)).toMatchObject({ ...result, result: 42 })
    await tree.until((cache) => cache.get('/ready/m') === 'true')
    await start(anyJob('t'), 'tell', '')
    expect(await ended(jobs['m']!)).toMatchObject({ ...result, result: 43 })
  })
})
