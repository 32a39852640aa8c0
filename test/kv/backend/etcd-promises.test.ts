import { expect, test } from '@jest/globals'
import { Etcd3Backend } from '../../../lib/kv/backend/etcd3-backend.js'
import { checkBackend } from '../../../lib/testing/check-backend.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { faultProxy } from '../../support/fault-proxy.js'
import { faultsOf, makeHistory } from '../../support/kv-histories.js'

if (hasEtcd) {
  test('etcd keeps every promise', async () => {
    const { host, port } = await startEtcd()
    expect(await checkBackend(() => new Etcd3Backend({ host, port }))).toBeGreaterThan(40)
  })

  test('over a link that is cut again and again, 150 of 150 increments are counted', async () => {
    const etcd = await startEtcd()
    const proxy = await faultProxy(etcd.port)
    const kv = new Etcd3Backend({ host: proxy.host, port: proxy.port, maxRetries: 1000, retryMs: 5 })
    await kv.create('/n', '0')
    let cuts = 0
    const cutting = setInterval(() => {
      cuts += 1
      proxy.cut()
    }, 35)
    for (let i = 0; i < 150; i++) {
      await kv.transact(async (txn) => txn.update('/n', String(Number(await txn.get('/n')) + 1)))
    }
    clearInterval(cutting)
    expect((await kv.get('/n'))[0]).toBe('150')
    expect(cuts).toBeGreaterThan(3)
    await kv.close()
  })

  test('over cut links, with history compacted all the time, transactions are as if one came after the other', async () => {
    const etcd = await startEtcd()
    const proxy = await faultProxy(etcd.port)
    const options = { host: proxy.host, port: proxy.port, maxRetries: 1000, retryMs: 5 }
    const clients = [0, 1, 2].map(() => new Etcd3Backend(options))
    const direct = new Etcd3Backend({ host: etcd.host, port: etcd.port })
    const over = new AbortController()
    const compacting = (async () => {
      while (!over.signal.aborted) {
        const { revision } = await direct.engine.range([])
        await direct.engine.compact(revision).catch(() => undefined)
        await new Promise((resolve) => setTimeout(resolve, 3))
      }
    })()
    const cutting = setInterval(() => {
      proxy.cut()
    }, 60)
    const history = await makeHistory(clients, 40, 1)
    clearInterval(cutting)
    over.abort()
    await compacting
    expect(faultsOf(history)).toEqual([])
    expect(history.filter(({ hasWritten }) => hasWritten).length).toBeGreaterThan(50)
    await Promise.all([...clients, direct].map((kv) => kv.close()))
  })
}
