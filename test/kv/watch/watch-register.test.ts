import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/index.js'
import { watchRegister } from '../../../lib/kv/watch/watch-register.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { Escapement } from '../../../lib/movement/loop/escapement.js'

function start() {
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const kv = new MemoryBackend({ clock })
  const watch = kv.watch('/a', { revision: 1 })
  const seen: string[] = []
  const binding = watchRegister(esc, watch, ({ value }, name) => seen.push(`${name}=${value}`), 'a')
  return { clock, esc, kv, watch, seen, binding }
}

test('each event runs in a tick, in order, with the arguments that were bound', async () => {
  const { clock, kv, seen, binding, watch } = start()
  await watch.ready
  await Promise.all(['1', '2'].map((value) => kv.put('/a', value)))
  for (let i = 0; i < 3; i++) {
    await turnOfNode()
    clock.advance(0)
  }
  await kv.delete('/a')
  await turnOfNode()
  expect([seen, binding.live]).toEqual([['a=1', 'a=2', 'a=null'], true])
})

test('closing the watch ends it', async () => {
  const { kv, watch, seen, binding } = start()
  await watch.ready
  watch.close()
  await kv.put('/a', '1')
  await turnOfNode()
  expect([seen, binding.live]).toEqual([[], false])
})

test('what the watch fails with is thrown in a tick', async () => {
  const { clock, kv, watch, binding } = start()
  await watch.ready
  const errors: unknown[] = []
  const soon = clock.soon.bind(clock)
  clock.soon = (ring) => {
    soon(() => {
      try {
        ring()
      } catch (error) {
        errors.push(error)
      }
    })
  }
  await kv.close()
  await turnOfNode()
  await turnOfNode()
  expect([errors, binding.live]).toEqual([[expect.objectContaining({ code: 'ERR_CLOSED' })], false])
})
