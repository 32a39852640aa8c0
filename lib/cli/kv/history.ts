/** What a store remembers: from which revision on, and what happened since. */
import type { Change, Engine } from '../../kv/engine/engine.js'
import { NO_END, type Range } from '../../kv/engine/range.js'

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
 * @param range Of these keys alone, if it is given. A store that can't say when all was told is asked for everything, and
 * then changes of other keys are told as well.
 * @returns null if all was told; else the oldest revision that is kept: the history before it was gone, or went
 * meanwhile.
 */
export async function replay(
  engine: Engine,
  from: number,
  to: number,
  tell: (changes: readonly Change[], revision: number) => void,
  range: Range = EVERYTHING,
): Promise<number | null> {
  if (from > to) return null
  const told = engine.tellsProgress ? range : EVERYTHING
  return await new Promise((resolve, reject) => {
    const reached = (revision: number): void => {
      if (revision < to) return
      watch.close()
      resolve(null)
    }
    const watch = engine.watch(told, from, {
      // Other keys may have had the last change.
      opened: () => watch.askProgress(),
      progress: reached,
      changed: (changes, revision) => {
        if (revision <= to) tell(changes, revision)
        reached(revision)
      },
      gap: resolve,
      failed: reject,
    })
  })
}
