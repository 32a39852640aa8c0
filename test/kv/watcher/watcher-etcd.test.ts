// What watchers promise, over a real etcd and a link that breaks.
import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { EtcdEngine } from '../../../lib/kv/etcd/etcd-engine.js'
import { Backend } from '../../../lib/kv/index.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { startEtcd, type Etcd } from '../../support/etcd.js'
import { FaultProxy } from '../../support/fault-proxy.js'
import { drive, readKeys, watcherSuite } from '../../support/kv-watcher-suite.js'

let etcd!: Etcd
beforeAll(async () => {
  etcd = await startEtcd()
})

const opened: Backend[] = []
afterEach(async () => {
  for (const kv of opened.splice(0)) await kv.close()
})

/** A database on the shared etcd; what watchers wait for is on a clock that stands. */
function open(port = etcd.port) {
  const clock = new ManualClock()
  const kv = new Backend(new EtcdEngine({ port, retryMs: 20, maxRetries: 500 }), { clock })
  opened.push(kv)
  return { kv, clock }
}

async function empty() {
  const { kv, clock } = open()
  await kv.engine.commit(
    [],
    [
      { op: 'delete', ...prefixRange('1/') },
      { op: 'delete', ...prefixRange('2/') },
    ],
  )
  await kv.engine.commit([], [{ op: 'delete', ...prefixRange('3/') }])
  return { kv, clock }
}

watcherSuite(empty)

test('what changes while the link is broken wakes it, and so does what changes while the server is away', async () => {
  const { kv: direct } = await empty()
  const proxy = new FaultProxy(etcd.port)
  await proxy.listen()
  const { kv } = open(proxy.port)
  await direct.put('/a', '0')
  const { watcher, next, leave } = await drive(kv)
  for (let round = 1; round <= 3; round++) {
    await readKeys(watcher, '/a')
    const woken = next()
    proxy.cut()
    for (let i = 0; i < 20; i++) await direct.put('/other', String(i))
    await direct.put('/a', String(round))
    expect((await woken).reason.paths).toEqual(['/a'])
    expect(await readKeys(watcher, '/a')).toEqual([String(round)])
  }
  const woken = next()
  await etcd.restart()
  await direct.put('/a', 'restarted')
  expect((await woken).reason.paths).toEqual(['/a'])
  await leave()
})
