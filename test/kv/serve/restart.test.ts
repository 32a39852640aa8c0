import { EmbeddedBackend, Etcd3Backend } from '../../../lib/kv/index.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { keyOf } from '../../../lib/kv/path.js'
import { Told } from '../../support/etcd-rig.js'
import { freePort } from '../../support/real-server.js'
import { Cleanups } from '../../support/supplied.js'
import { temporary } from '../../support/temporary.js'
import { serveFile } from './child.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const KILLS = 4

async function start() {
  const file = `${temporary()}/kv`
  const port = await freePort()
  let serving = await serveFile(cleanups, file, port)
  const restart = async (): Promise<void> => {
    await serving.end('SIGKILL')
    serving = await serveFile(cleanups, file, port)
  }
  const connect = (): Etcd3Backend => {
    const kv = new Etcd3Backend({ port, maxRetries: 1000, retryMs: 20 })
    cleanups.add(() => kv.close())
    return kv
  }
  return { file, port, restart, connect, stop: () => serving.end('SIGTERM') }
}

test('killed again and again: no increment is lost or done twice, and a watch misses and repeats none', async () => {
  const { restart, connect } = await start()
  const [counting, looking] = [connect(), connect()]
  await counting.create('/counter', '0')
  const told = new Told()
  looking.engine.watch(prefixRange(keyOf('/counter')), 0, told)
  await told.until(({ openedAt }) => openedAt !== null)
  let count = 0
  const over = new AbortController()
  const work = (async () => {
    while (!over.signal.aborted) {
      await counting.transact(async (txn) => {
        await txn.update('/counter', String(Number(await txn.get('/counter')) + 1))
      })
      count += 1
    }
  })()
  for (let kill = 0; kill < KILLS; kill++) {
    const before = count
    await told.until(() => count >= before + 5)
    await restart()
  }
  over.abort()
  await work
  expect(Number((await looking.get('/counter'))[0])).toBe(count)
  await told.until(({ changes }) => changes.length >= count)
  expect(told.texts.map((text) => Number(text.split('=')[1]))).toEqual(Array.from({ length: count }, (_, i) => i + 1))
  await Promise.all([counting.close(), looking.close()]) // While somebody is there to end their leases.
})

test('a lease outlives the server that granted it, and is kept by whoever serves the file', async () => {
  const { restart, connect } = await start()
  const kv = connect()
  const { id } = await kv.engine.grant(60)
  await kv.engine.commit([], [{ op: 'put', key: '1/a', value: Buffer.from('1'), lease: id }])
  await restart()
  expect(await kv.engine.keepAlive(id)).toBe(60)
  expect(await kv.engine.timeToLive(id)).toMatchObject({ grantedTtlS: 60, keys: ['1/a'] })
})

test('two servers and another process share a file: what one writes the others hear', async () => {
  const { file, connect, stop } = await start()
  const port = await freePort()
  await serveFile(cleanups, file, port)
  const here = new EmbeddedBackend({ file })
  const [one, other] = [connect(), new Etcd3Backend({ port })]
  cleanups.add(() => Promise.all([here.close(), other.close()]))
  const told = new Told()
  other.engine.watch(prefixRange('1/'), 0, told)
  await told.until(({ openedAt }) => openedAt !== null)
  await one.put('/a', '1')
  await here.put('/b', '2')
  await told.until(({ changes }) => changes.length === 2)
  expect(told.texts).toEqual(['1/a=1', '1/b=2'])
  expect(await one.engine.storeId()).toBe(await other.engine.storeId())
  await one.close()
  expect(await stop()).toBe(0)
})
