// What watchers promise, over a store in a file.
import { afterEach, expect, test } from '@jest/globals'
import { EmbeddedBackend } from '../../../lib/kv/index.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { drive, readKeys, watcherSuite } from '../../support/kv-watcher-suite.js'
import { temporary } from '../../support/temporary.js'

const opened: EmbeddedBackend[] = []
afterEach(async () => {
  for (const kv of opened.splice(0)) await kv.close()
})

function start(file = `${temporary()}/store.kv`) {
  const clock = new ManualClock()
  const kv = new EmbeddedBackend({ clock, file })
  opened.push(kv)
  return { kv, clock, file }
}

watcherSuite(() => Promise.resolve(start()))

test('what somebody else writes who has the file open wakes it', async () => {
  const { kv, file } = start()
  const other = start(file)
  const { watcher, next } = await drive(kv)
  await readKeys(watcher, '/a')
  const woken = next()
  await other.kv.put('/b', 'not read')
  await other.kv.put('/a', 'read')
  expect((await woken).reason).toEqual({ kind: 'changed', paths: ['/a'] })
})
