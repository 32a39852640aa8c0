import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { join } from 'node:path'
import { KvPersistence } from '../../../lib/items/persist/kv.js'
import { Backend, EmbeddedBackend, openKv } from '../../../lib/kv/index.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { ManualClock, silentLogger } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { FaultyEngine, type CommitFault } from '../../../lib/testing/faulty-engine.js'
import { hasEtcd, startEtcd, type Etcd } from '../../support/etcd.js'
import { temporary } from '../../support/temporary.js'
import { checkPersistence, PLACE, sorted } from './contract.js'

const ABOUT = { log: silentLogger, prefix: '/deadbeat/', ttlMs: 10_000 }

function start({ opsMax = 128, faultOf = (): CommitFault | null => null } = {}) {
  const clock = new ManualClock()
  const engine = new MemoryEngine({ clock, opsMax, revisionsMax: 1000 })
  const link = new FaultyEngine(engine, { faultOf })
  const kv = new Backend(link, { clock, log: silentLogger })
  const direct = new Backend(engine, { clock, log: silentLogger })
  const open = (place = PLACE, over = kv): KvPersistence => new KvPersistence(place, { ...ABOUT, kv: over })
  return { clock, link, kv, direct, open }
}

checkPersistence('kv in memory, with the limits of etcd', () => start())

checkPersistence('kv in a file', () => {
  const kv = new EmbeddedBackend({ file: join(temporary(), 'kv'), log: silentLogger })
  return { open: (place) => new KvPersistence(place, { ...ABOUT, kv }), end: () => kv.close() }
})

if (hasEtcd) {
  // What isn't installed is told by `npm run verify`, which leaves nothing out where CI is set.
  let etcd: Etcd
  beforeAll(async () => (etcd = await startEtcd()))
  let places = 0
  checkPersistence('kv in etcd', () => {
    const kv = openKv(`etcd://${etcd.host}:${etcd.port}`, { log: silentLogger })
    const prefix = `/place-${++places}/`
    return { open: (place) => new KvPersistence(place, { ...ABOUT, prefix, kv }), end: () => kv.close() }
  })
}

test('each value is a key, beside a head that says what it is', async () => {
  const { open, kv } = start()
  const persistence = open()
  await persistence.load()
  await persistence.save(new Map([['level', '{"value":1,"time":2}'], ['a/b', '5']])) // prettier-ignore
  const where = await persistence.putAside('a/b', 'no JSON')
  expect(where).toBe('memory (/deadbeat/persist/lamp/main/aside/a%2Fb)')
  const [entries] = await kv.listKeys('/deadbeat/', { recurse: 10, withValues: true })
  const kept = entries.filter(([path]) => !/owner|alive/.test(path)).map(([path, value]) => [path, value])
  expect(kept).toEqual([
    ['/deadbeat/persist/lamp/main', `deadbeat values 1 {"uuid":"${PLACE.uuid}"}`],
    ['/deadbeat/persist/lamp/main/aside/a%2Fb', '{"why":"no JSON","time":0,"text":"5"}'],
    ['/deadbeat/persist/lamp/main/values/level', '{"value":1,"time":2}'],
  ])
})

test.each([
  ['deadbeat values 2 {}', /has version 2, and this program knows 1: run the newer one/],
  ['hello', /there is something else: .*hello.* a kv.prefix of its own/],
])('values under the head %j are left alone', async (head, why) => {
  const { open, direct } = start()
  await direct.put('/deadbeat/persist/lamp/main', head)
  const persistence = open()
  await expect(persistence.load()).rejects.toMatchObject({ code: 'ERR_PERSIST', message: expect.stringMatching(why) })
  await expect(open().load()).rejects.toMatchObject({ code: 'ERR_PERSIST' }) // And it holds nothing.
})

test('whoever lost the place writes nothing any more', async () => {
  const { open, direct } = start()
  const first = open()
  await first.load()
  await direct.put('/deadbeat/persist/lamp/main/owner', '{}') // As another machine does when the lease is over.
  await expect(first.save(new Map([['level', '1']]))).rejects.toMatchObject({ code: 'ERR_IN_USE' })
  expect((await direct.get('/deadbeat/persist/lamp/main/values/level'))[0]).toBeNull()
})

test('a save that comes late, behind the next one, changes nothing', async () => {
  const { open, link } = start()
  const persistence = open()
  await persistence.load()
  link.failNext('late')
  await expect(persistence.save(new Map([['level', 'old']]))).rejects.toThrow()
  await persistence.save(new Map([['level', 'new']]))
  await turnOfNode()
  await persistence.save(new Map([['colour', 'red']]))
  expect(sorted(await persistence.load())).toEqual([['colour', 'red'], ['level', 'new']]) // prettier-ignore
})

test('whatever the link does, the values are in the end those that were saved last', async () => {
  const faults = fc.array(fc.constantFrom<CommitFault | null>(null, null, 'unavailable', 'lost', 'unanswered', 'late'))
  const saves = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.string()), {
    minLength: 1,
    maxLength: 8,
  })
  await fc.assert(
    fc.asyncProperty(faults, saves, async (plan, changes) => {
      let isOn = false
      const left = [...plan]
      const { open, link } = start({ opsMax: 4, faultOf: () => (isOn ? (left.shift() ?? null) : null) })
      const persistence = open()
      await persistence.load()
      isOn = true
      const wanted = new Map<string, string>()
      for (const change of changes) {
        for (const [key, text] of Object.entries(change)) wanted.set(key, text)
        // As the queue does it: what failed is saved again, with what changed since.
        await persistence.save(new Map(Object.entries(change))).catch(() => undefined)
        if (left.length > 0) continue
        await persistence.save(wanted)
      }
      isOn = false
      for (let tries = 0; tries < 3; tries++) await persistence.save(wanted).catch(() => undefined)
      expect(sorted(await persistence.load())).toEqual(sorted(wanted))
      await persistence.close()
      expect(link.faults).toBeLessThanOrEqual(plan.length)
    }),
    { numRuns: 60 },
  )
})
