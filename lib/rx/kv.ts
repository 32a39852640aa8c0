/** The tree of keys as observables: what changes below a path. */
import { Observable } from 'rxjs'
import type { Backend, CacheChange, TreeCache, WatchEvent, WatchOptions } from '../kv/index.js'

/**
 * The changes of a key, of levels or of a subtree, from the subscription on (or from the `revision` that is given); to
 * unsubscribe ends the watch. Each subscription is a watch of its own. It errs when the watch can't go on.
 *
 * @example
 * await using kv = new MemoryBackend()
 * const changes$ = watch$(kv, '/lamp', { revision: 1 })
 * const first = new Promise((resolve) => {
 *   const subscription = changes$.subscribe(({ value }) => (subscription.unsubscribe(), resolve(value)))
 * })
 * await kv.put('/lamp', 'on')
 * assert.equal(await first, 'on')
 */
export function watch$(kv: Backend, path: string, options: WatchOptions = {}): Observable<WatchEvent> {
  return new Observable<WatchEvent>((subscriber) => {
    const watch = kv.watch(path, options)
    const tell = async (): Promise<void> => {
      for await (const event of watch) subscriber.next(event)
    }
    tell().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    )
    return () => watch.close()
  })
}

/**
 * What a cache has, each key as added, and then what changes in it. It completes when the cache is closed, and errs when
 * the cache can't go on.
 */
export function treeCache$(cache: TreeCache): Observable<CacheChange> {
  return new Observable<CacheChange>((subscriber) => {
    for (const { path, value, modRevision } of cache.entries()) {
      subscriber.next({ kind: 'added', path, value, before: null, revision: modRevision })
    }
    const stop = cache.onChange((change) => subscriber.next(change))
    const stopEnd = cache.onEnd((error) => {
      if (error === null) subscriber.complete()
      else subscriber.error(error)
    })
    return () => {
      stop()
      stopEnd()
    }
  })
}
