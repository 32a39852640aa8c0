// What watchers promise, over a store in a file.
import { afterEach } from '@jest/globals'
import { EmbeddedBackend } from '../../../lib/kv/index.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { watcherSuite } from '../../support/kv-watcher-suite.js'
import { temporary } from '../../support/temporary.js'

const opened: EmbeddedBackend[] = []
afterEach(async () => {
  for (const kv of opened.splice(0)) await kv.close()
})

watcherSuite(() => {
  const clock = new ManualClock()
  const kv = new EmbeddedBackend({ clock, file: `${temporary()}/store.kv` })
  opened.push(kv)
  return Promise.resolve({ kv, clock })
})
