import { expect, test } from '@jest/globals'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { native } from 'inotify-ts/native'
import { KvStores } from '../../../lib/app/checkpoints/kv-stores.js'
import { Place } from '../../../lib/app/checkpoints/place.js'
import { Backend } from '../../../lib/kv/backend/backend.js'
import { CheckpointFile } from '../../../lib/files/checkpoint-file.js'
import { temporary } from '../../support/temporary.js'
import { KV, PATH, shared, startStore } from './rig.js'

/** A state directory, and a database that runs reach under any address. */
function start() {
  const state = join(temporary(), 'state')
  const store = startStore()
  const urls: string[] = []
  const place = (where: 'file' | 'kv', url: string | null = null, prefix = '/deadbeat') =>
    new Place({
      ...{ name: 'a', state, log: store.logger },
      checkpoints: { in: where, ttlMs: 10_000 },
      kv: { ...KV, url, prefix },
      openStores: () => {
        const open = (url: string): Backend => {
          urls.push(url)
          return new Backend(shared(store.engine))
        }
        return Promise.resolve(new KvStores({ log: store.logger, ttlMs: 10_000, kv: KV, clock: store.clock, open }))
      },
    })
  return { ...store, state, place, urls }
}

test('in a file nothing of a database is opened', async () => {
  const { place, state, urls } = start()
  const file = place('file').of(false, false)
  expect([file.name, await file.load()]).toEqual([join(state, 'a.checkpoint'), null])
  await file.store('{"n":1}')
  file.close()
  expect(await place('file').of(false, false).load()).toEqual({ n: 1 })
  expect(urls).toEqual([])
})

test('in a database, by default that of the state directory, and the file says so', async () => {
  const { place, state, urls, get } = start()
  const mine = place('kv')
  const kept = mine.of(false, false)
  expect(await kept.load()).toBe(null)
  await kept.store('{"n":1}')
  expect(kept.name).toBe(`file:${join(state, 'kv')} (${PATH})`)
  expect(urls).toEqual([`file:${join(state, 'kv')}`])
  expect(await get(PATH)).toContain('{"n":1}')
  kept.close()
  expect(new CheckpointFile(join(state, 'a.checkpoint')).read()).toMatchObject({ version: 2 })
  await mine.close()
  expect(await get(`${PATH}/owner`)).toBe(null)
})

test('the train that takes the place of another in the same process goes on with its record', async () => {
  const { place, get } = start()
  const mine = place('kv', 'etcd://a')
  const first = mine.of(false, false)
  await first.load()
  await first.store('{"n":1}')
  first.close()
  expect(await get(`${PATH}/owner`)).not.toBe(null)
  const second = mine.of(false, true)
  expect(await second.load()).toEqual({ n: 1 })
  await second.store('{"n":2}')
  second.close()
  await mine.close()
})

test('a batch has a record of its own; one that is complete leaves neither that nor word of it', async () => {
  const { place, state, get } = start()
  const batch = place('kv').of(true, false)
  await batch.load()
  await batch.store('{"n":1}')
  expect(await get(`${PATH}.batch`)).toContain('{"n":1}')
  await batch.clear()
  batch.close()
  expect([await get(`${PATH}.batch`), readdirSync(state)]).toEqual([
    null,
    ['a.batch.checkpoint.lock'].filter(() => native),
  ])
  await batch.store('{"n":2}')
  expect(new CheckpointFile(join(state, 'a.batch.checkpoint')).read()).toMatchObject({ version: 2 })
})

test('whatever the settings say, a run goes on from where the one before was', async () => {
  const { place, state, urls } = start()
  let n = 0
  const goOn = async (...where: Parameters<typeof place>): Promise<unknown> => {
    const mine = place(...where)
    const kept = mine.of(false, false)
    const record = await kept.load()
    await kept.store(`{"n":${++n}}`)
    kept.close()
    await mine.close()
    return record
  }
  expect(await goOn('file')).toBe(null)
  expect(await goOn('kv')).toEqual({ n: 1 })
  expect(await goOn('kv')).toEqual({ n: 2 })
  expect(await goOn('kv', 'etcd://b', '/other/')).toEqual({ n: 3 })
  expect(await goOn('file')).toEqual({ n: 4 })
  expect(await goOn('file')).toEqual({ n: 5 })
  expect(urls.at(-1)).toBe('etcd://b')
  expect(readdirSync(state)).toContain('a.checkpoint')
})

test('who looks on sees what is there, that another run has it, and makes nothing', async () => {
  const { place, state } = start()
  const looks = (where: 'file' | 'kv') => {
    const mine = place(where)
    return mine.look().finally(() => mine.close())
  }
  expect([await looks('kv'), existsSync(state)]).toEqual([[], false])
  const mine = place('kv')
  const kept = mine.of(false, false)
  await kept.load()
  await kept.store('{"n":1}')
  // Without the binding the file has no lock; the database still knows who has its record.
  expect(await looks('kv')).toEqual([null])
  kept.close()
  await mine.close()
  expect(await looks('kv')).toEqual([{ name: `file:${join(state, 'kv')} (${PATH})`, record: { n: 1 } }])
  expect(await place('file').of(false, false).load()).toEqual({ n: 1 })
  expect(await looks('file')).toMatchObject([native === null ? { record: { n: 1 } } : null])
})
