import { openStore } from '../../../lib/items/index.js'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { Escapement, silentLogger } from '../../../lib/movement/index.js'
import { Keys } from '../../../lib/runner/index.js'
import type { JobEnd } from '../../../lib/runner/host/job-run.js'
import { makeNode } from '../../../lib/runner/node/make-node.js'
import { NodeDaemon, storeOf } from '../../../lib/runner/node/node-daemon.js'
import { temporary } from '../../support/temporary.js'
import { anyJob } from './kit.js'

it('is called after its node', () => {
  expect(['n1', 'N1.Lab.example', 'a b'].map(storeOf)).toEqual(['node-n1', 'node-n1-lab-example', 'node-a-b'])
})

it('shows what its node runs, and lets it drain and stop', async () => {
  const kv = new MemoryBackend()
  const keys = new Keys()
  await kv.put(keys.code(['x']), '{"code": "return 1"}')
  await kv.put(keys.job(anyJob('a')), '{"code": "x", "target": 1}')
  const stopped: string[] = []
  const exit = { code: 0, signal: null, why: 'it was asked to' }
  let end: (end: JobEnd) => void = () => undefined
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const node = makeNode({
    ...{ kv, name: 'a', kinds: ['any'], capacity: 4, log: silentLogger, call: () => Promise.resolve(undefined) },
    startJob: () => {
      begin()
      return {
        pid: 7,
        ended: new Promise((resolve) => (end = resolve)),
        tell: () => undefined,
        confirm: () => undefined,
        kill: () => undefined,
        stop: (reason) => {
          stopped.push(reason)
          end({ outcome: 'cancelled', reason, exit })
        },
      }
    },
  })
  const daemon = new NodeDaemon(node)
  const where = { esc: new Escapement(), log: silentLogger, home: temporary() }
  await daemon.start({ ...where, port: 0, pubPort: 0 })
  await begun
  const store = await openStore(`node-a:127.0.0.1:${daemon.ports!.rep}`, where)
  const link = store.reach()
  const get = async (key: string) => (await link.get(key, {})).value
  expect(await Promise.all(['running', 'capacity', 'load', 'draining', 'hold'].map(get))).toEqual([
    ...[1, 4, 0.25, false, 'sure'],
  ])
  expect(await link.call('jobs', [], {}, {})).toEqual([
    { job: 'any/default a', attempt: 1, pid: 7, started: expect.any(Number) },
  ])
  await link.call('drain', [], {}, {})
  expect([await get('draining'), stopped]).toEqual([true, ['drained']])
  store.close()
  await daemon.stop()
  await daemon.ended
  expect((await kv.listKeys('/deadbeat/member/', { recurse: 3 }))[0]).toEqual([])
  await kv.close()
})

it('ends with what keeps its node from going on', async () => {
  const kv = new MemoryBackend()
  const node = makeNode({
    ...{ kv, name: 'a', kinds: ['any'], log: silentLogger, call: () => Promise.resolve(undefined) },
    startJob: () => undefined as never,
  })
  const daemon = new NodeDaemon(
    Object.assign(Object.create(node) as typeof node, { failed: Promise.resolve(new Error('refused')) }),
  )
  const ran = daemon.run(new AbortController().signal)
  await expect(ran).rejects.toThrow('refused')
  await kv.close()
})
