import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Json, JsonObject } from '../../../lib/kv/index.js'
import { stripped } from '../../../lib/runner/code/compile.js'
import type { WatchEvent } from '../../../lib/runner/host/job-run.js'
import { job } from '../../support/job-host.js'
import { root } from '../../support/sources.js'

test('the files run as jobs, in processes of their own', async () => {
  const inputs = { src: ['src'], dst: ['dst'] }
  const scale = start('scale', { ...inputs, factor: 2, offset: 1 })
  const toggle = start('switch', { ...inputs, flip: false, high: 25, low: 23 })
  const rate = start('timeslot', { ...inputs, seconds: 0, factor: 1 })
  expect(await Promise.all([scale.written, toggle.written])).toEqual([61, true])
  expect(await rate.ended).toMatchObject({ outcome: 'failed', error: { message: 'seconds must be above 0: it is 0' } })
  for (const { run } of [scale, toggle]) run.kill('it has shown enough')
  await Promise.all([scale.ended, toggle.ended])
})

/** Run one whose source becomes 30; `written` is the first thing that it writes then. */
function start(name: string, data: JsonObject) {
  const js = stripped('code', name, { code: readFileSync(join(root, `apps/fleet/${name}.ts`), 'utf8'), lang: 'ts' })
  let tell: (event: WatchEvent) => void = () => undefined
  let wrote: (value: Json) => void = () => undefined
  const written = new Promise<Json>((resolve) => (wrote = resolve))
  const services = {
    get: () => Promise.resolve(false),
    watch: (_path: unknown, _how: unknown, listener: typeof tell) => {
      tell = listener
      return Promise.resolve({ cancel: () => undefined })
    },
    setupDone: () => {
      tell({ path: ['src'], value: 30, revision: 1 })
      return Promise.resolve()
    },
    set: (_path: unknown, value: Json) => {
      wrote(value)
      return Promise.resolve()
    },
  }
  return { ...job(js, { data, services }), written }
}
