import { afterEach, expect, test } from '@jest/globals'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { prefixRange } from '../../../lib/kv/engine/range.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { FullDisk, whyNotMountable } from '../../crash/full-disk.mjs'
import { temporary } from '../../support/temporary.js'
import { put } from '../engine-contract.js'

const undo: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

function start(freeBytes: number) {
  const path = temporary()
  const disk = new FullDisk(path)
  expect(disk.mount(freeBytes)).toBeNull()
  undo.push(() => {
    disk.unmount(false)
  })
  return {
    disk,
    open() {
      const clock = new ManualClock()
      const engine = new EmbeddedEngine({
        file: `${path}/store.kv`,
        clock,
        revisionsMax: 1000,
        pollMs: 50,
        busyMs: 5000,
      })
      undo.push(() => engine.close())
      return engine
    },
  }
}

const ofRoot = (whyNotMountable(temporary()) === null ? test : () => undefined) as typeof test

ofRoot('on a full disk a commit says so and changes nothing; once there is room the next one is done', async () => {
  const { disk, open } = start(1024 * 1024)
  const engine = open()
  let acknowledged = 0
  const fill = async (): Promise<void> => {
    for (; acknowledged < 1000; acknowledged++) {
      await engine.commit([], [put(`k${acknowledged}`, 'v'.repeat(50_000))])
    }
  }
  await expect(fill()).rejects.toMatchObject({ code: 'ERR_KV_UNAVAILABLE' })
  await expect(fill()).rejects.toThrow(/its disk is full.*Nothing was changed; make room/)
  expect(acknowledged).toBeGreaterThan(2)
  const { revision, results } = await engine.range([{ ...prefixRange('k'), countOnly: true }])
  expect([revision, results[0]?.count]).toEqual([acknowledged + 1, acknowledged])
  disk.relieve()
  expect(await engine.commit([], [put('after', '1')])).toMatchObject({ revision: acknowledged + 2 })
})

ofRoot('on a full disk no store is begun, and nobody is taken along', () => {
  const { disk, open } = start(20_000)
  expect(open).toThrow('its disk is full')
  disk.relieve()
  expect(open().name).toContain('store.kv')
})
