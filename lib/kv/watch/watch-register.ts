/** A watch as a source of events of an escapement: it only enqueues, nobody polls. */
import { toError } from '../../errors/index.js'
import type { Binding, EventLoop } from '../../movement/loop/event-loop.js'
import type { PathWatch, WatchEvent } from './path-watch.js'

/**
 * Run `fn(event, ...args)` in a tick of an escapement for each event of a watch, one after the other: the next is taken
 * once that has run, so that what comes faster waits in the watch. When the watch is closed the binding ends. What it
 * fails with is thrown in a tick, as an exception of a callable is.
 *
 * @example
 * await using kv = new MemoryBackend()
 * const esc = new Escapement()
 * const watch = kv.watch('/lamp', { revision: 1 })
 * const seen = new Promise((resolve) => watchRegister(esc, watch, ({ value }, name) => resolve(`${name} ${value}`), 'lamp'))
 * await kv.put('/lamp', 'on')
 * assert.equal(await seen, 'lamp on')
 * watch.close()
 */
export function watchRegister<A extends unknown[]>(
  esc: EventLoop,
  watch: PathWatch,
  fn: (event: WatchEvent, ...args: A) => void,
  ...args: A
): Binding {
  const binding = { live: true }
  const take = (): void => {
    watch.next().then(
      ({ value }) => {
        if (value === undefined) binding.live = false
        else esc.enqueue(run, value)
      },
      (error: unknown) => {
        binding.live = false
        esc.enqueue(fail, toError(error))
      },
    )
  }
  const run = (event: WatchEvent): void => {
    try {
      fn(event, ...args)
    } finally {
      take()
    }
  }
  take()
  return binding
}

function fail(error: Error): never {
  throw error
}
