/**
 * What watches told while nobody had yet said what he is interested in: for each key its last changes one by one, and of
 * those before them the last write and the last deletion, so that it stays as small as the number of keys.
 */
import type { Key } from '../engine/range.js'

/** A change of a key, as far as it has to be known. */
export interface NewsItem {
  readonly key: Key
  readonly isDelete: boolean
  readonly revision: number
}

const SINGLE_MAX = 8

interface KeyNews {
  readonly last: NewsItem[]
  put: NewsItem | null
  deletion: NewsItem | null
}

/** The changes that were told, by key. */
export class News {
  private readonly byKey = new Map<Key, KeyNews>()

  /** How many keys there are news of. */
  get size(): number {
    return this.byKey.size
  }

  add(item: NewsItem): void {
    const known = this.byKey.get(item.key)
    if (known === undefined) {
      this.byKey.set(item.key, { last: [item], put: null, deletion: null })
      return
    }
    known.last.push(item)
    if (known.last.length <= SINGLE_MAX) return
    const first = known.last.shift() as NewsItem
    if (first.isDelete) known.deletion = first
    else known.put = first
  }

  /** Forget what is not younger than a revision. */
  forget(upTo: number): void {
    for (const [key, { last }] of this.byKey) if ((last.at(-1)?.revision ?? 0) <= upTo) this.byKey.delete(key)
  }

  *[Symbol.iterator](): Iterator<NewsItem> {
    for (const { last, put, deletion } of this.byKey.values()) {
      if (deletion !== null) yield deletion
      if (put !== null) yield put
      yield* last
    }
  }
}
