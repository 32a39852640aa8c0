/** What every database has of watches, caches and watchers, whatever its store. */
import type { Transaction, TransactionOptions } from '../transaction/transaction.js'
import { PathWatch, type WatchOptions } from '../watch/path-watch.js'
import { TreeCache, type TreeCacheOptions } from '../watch/tree-cache.js'
import { Watcher, type WatcherOptions } from '../watcher/watcher.js'
import { Leasing } from './leasing.js'

/** A store whose changes can be followed. */
export abstract class Following extends Leasing {
  /**
   * The changes of a key, or of the keys that begin so, of levels, of a subtree: for `for await`, which closes it when it
   * is left. Nothing is lost and nothing comes twice; see `PathWatch`.
   *
   * @throws {InvalidPathError} If the path can't be one.
   * @throws {RangeError} If a level or a limit can't be one.
   */
  watch(path: string, options: WatchOptions = {}): PathWatch {
    return new PathWatch(this.engine, path, { clock: this.clock, ...options })
  }

  /**
   * A copy of a subtree (or of another extent) that keeps itself up to date and tells what changes.
   *
   * @throws {InvalidPathError} If the path can't be one.
   * @throws {RangeError} If a level can't be one.
   */
  treeCache(path: string, options: TreeCacheOptions = {}): TreeCache {
    return new TreeCache(this.engine, path, { clock: this.clock, log: this.log, ...options })
  }

  /**
   * A loop whose body runs again whenever something that its nested transactions have read has changed; see `Watcher`.
   *
   * @throws {RangeError} If a time is below 0.
   * @example
   * await using kv = new MemoryBackend()
   * await kv.put('/wanted', '2')
   * for await (const watcher of kv.watcher({ timeoutMs: 60_000 })) {
   *   const wanted = await watcher.transact((txn) => txn.get('/wanted'))
   *   assert.equal(wanted, '2')
   *   break
   * }
   */
  watcher<T = Transaction>(options: WatcherOptions<T> = {}): Watcher<T> {
    return new Watcher<T>(this, options)
  }

  /** The newest state that a commit of this database has told of. */
  abstract readonly written: number

  /** A transaction to be committed by hand, perhaps of a given state or behind a cache. */
  abstract transaction(options?: TransactionOptions): Transaction
}
