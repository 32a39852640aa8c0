// Check-points in a real etcd, over a link with faults.
import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KvStores } from '../../../lib/app/checkpoints/kv-stores.js'
import { ControlClient } from '../../../lib/control/index.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { startRelay } from '../../cli/steer/relay.js'
import { hasEtcd, startEtcd } from '../../support/etcd.js'
import { faultProxy } from '../../support/fault-proxy.js'
import { messages } from '../scratch.js'
import { KV } from './rig.js'

const RUN = ['run', 'apps/relay.ts', '--config', 'relay.json']
const PATH = '/deadbeat/checkpoints/relay'
const withEtcd = hasEtcd ? test : () => undefined

withEtcd('a record larger than a request is kept, changed and read again', async () => {
  const { port } = await startEtcd()
  const stores = () => new KvStores({ log: silentLogger, ttlMs: 10_000, kv: KV })
  const address = { url: `etcd://127.0.0.1:${port}`, path: PATH }
  const long = (changed: number): string =>
    JSON.stringify(
      Array.from({ length: 20_000 }, (_, i) => ({ path: `/var/log/${i * 7919}/${'x'.repeat(60)}`, i: i + changed })),
    )
  const first = stores()
  const record = first.shelf(address, 'first')
  expect(await record.read()).toBe(null)
  await record.store(long(0))
  await record.store(long(0).replace('"i":777}', '"i":12345678}'))
  await record.store(long(1))
  await first.close()
  const second = stores()
  expect(long(1).length).toBeGreaterThan(1_572_864)
  expect(await second.shelf(address, 'second').read()).toBe(long(1))
  await second.close()
})

withEtcd(
  'while etcd is away the train goes on and says so; then it goes on by itself, and after a crash nothing is lost',
  async () => {
    const etcd = await startEtcd()
    const proxy = await faultProxy(etcd.port)
    const settings = { checkpoints: { in: 'kv', ttlMs: 2000 }, kv: { url: `etcd://127.0.0.1:${proxy.port}` } }
    const { dir, ask, start, grow, child, socket } = await startRelay(settings)
    const item = async (key: string): Promise<unknown> => {
      const client = await ControlClient.connect(socket)
      const values = (await client.request({ op: 'get', pattern: key })) as Record<string, unknown>
      client.close()
      return values[key]
    }
    /** Once it is so. */
    const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
      while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve))
    }
    const lines = (): string => readFileSync(join(dir, 'out.log'), 'utf8')
    const revision = (): string => etcd.ctl('get', `3${PATH}`, '-w', 'fields').match(/"ModRevision" : (\d+)/)?.[1] ?? ''

    proxy.refuse()
    grow('{"n":3}\n')
    await until(() => lines() === '{"n":1}\n{"n":2}\n{"n":3}\n')
    await until(async () => (await item('train.checkpointTrouble')) !== null)
    expect(ask('status', 'relay').stdout).toMatch(/the next check-point is LATE: etcd 127\.0\.0\.1:\d+ /)
    // Its lease goes meanwhile, and nobody comes.
    await until(() => !etcd.ctl('get', `4${PATH}/alive`).includes('alive'))
    const before = revision()
    proxy.accept()
    await until(async () => (await item('train.checkpointTrouble')) === null)
    expect(Number(revision())).toBeGreaterThan(Number(before))

    proxy.refuse()
    grow('{"n":4}\n')
    await until(() => lines().includes('"n":4'))
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    // Not by `ask`: while it waited, the link would refuse nothing.
    const refused = await start(RUN, '')
    expect((await refused.ended).status).toBe(69)
    proxy.accept()
    grow('{"n":5}\n')
    const again = await start(RUN, '')
    await until(() => lines() === '{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n')
    again.child.kill('SIGTERM')
    const { status, stderr } = await again.ended
    expect([status, messages(stderr).filter((text) => text.includes('check-point'))]).toEqual([
      0,
      ['cut 8 bytes off out.log that were written behind the check-point'],
    ])
  },
)
