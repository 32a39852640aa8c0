/** What a store remembers: from which revision on, and what happened since. */
import type { Change, Engine } from '../../kv/engine/engine.js'
import { NO_END } from '../../kv/engine/range.js'

/** Every key, of whatever kind: each revision has changed at least one, so that the last one is sure to be heard. */
const EVERYTHING = { key: '\0', end: NO_END }

/** Where a store's history begins, and where it is. */
export interface Kept {
  /** The oldest revision that can be read. */
  readonly oldest: number
  readonly revision: number
}

/** From which revision on a store's history is kept. */
export async function keptOf(engine: Engine): Promise<Kept> {
  const { revision } = await engine.range([])
  // Nothing was ever written.
  if (revision <= 1) return { oldest: revision, revision }
  return await new Promise((resolve, reject) => {
    const watch = engine.watch(EVERYTHING, 1, {
      changed: () => {
        watch.close()
        resolve({ oldest: 1, revision })
      },
      gap: (oldest) => resolve({ oldest, revision: Math.max(oldest, revision) }),
      failed: reject,
    })
  })
}

/**
 * Tell every change from one revision to another, both included, in their order.
 *
 * @returns null if all was told; else the oldest revision that is kept: the history before it was gone, or went
 * meanwhile.
 */
export async function replay(
  engine: Engine,
  from: number,
  to: number,
  tell: (changes: readonly Change[], revision: number) => void,
): Promise<number | null> {
  if (from > to) return null
  return await new Promise((resolve, reject) => {
    const watch = engine.watch(EVERYTHING, from, {
      changed: (changes, revision) => {
        tell(changes, revision)
        if (revision < to) return
        watch.close()
        resolve(null)
      },
      gap: resolve,
      failed: reject,
    })
  })
}
