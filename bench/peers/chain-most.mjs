// @most/core: push streams whose neighbouring maps it fuses. It has no synchronous way to make two events of one.
import { filter, map, newStream, runEffects, tap } from '@most/core'
import { currentTime, newDefaultScheduler } from '@most/scheduler'
import { f1, f10, f2, f3, f4, f5, f6, f7, f8, f9, keep, make } from '../chain/work.mjs'

export function most(flow) {
  const source = (n) =>
    newStream((sink, scheduler) => {
      const time = currentTime(scheduler)
      for (let i = 0; i < n; i++) sink.event(time, make(i))
      sink.end(time)
      return { dispose() {} }
    })
  return async (n, sink) => {
    let stream = source(n)
    for (const f of [f1, f2, f3, f4, f5]) stream = map(f, stream)
    if (flow === 'filter') stream = filter(keep, stream)
    for (const f of [f6, f7, f8, f9, f10]) stream = map(f, stream)
    await runEffects(
      tap((d) => sink.take(d), stream),
      newDefaultScheduler(),
    )
  }
}
