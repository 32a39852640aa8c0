/** What came so late that it may have been given up, and what came behind that from there. */
import type { WireLoop } from '../socket.js'
import type { Work } from './work.js'

/** Where it is held, and who carries it out. */
export interface Holding {
  /** What is held of the same client, in its order. */
  readonly held: Work[]
  readonly isLate: boolean
  readonly esc: WireLoop
  /** Is given those whose time has come. */
  readonly release: (works: readonly Work[]) => void
}

/**
 * So long is held what came late, in ms, unless its time is over sooner. Whoever gave it up has said so or has left, and that is
 * read behind it: it takes the server a while to see who has.
 */
const HOLD_MS = 250

/** Hold one for a while, if it is late; else as long as those before it. */
export function hold(work: Work, holding: Holding): void {
  const { held, isLate, esc } = holding
  if (isLate) work.heldMs = esc.now() + Math.min(HOLD_MS, work.deadlineMs ?? HOLD_MS)
  if (held.push(work) === 1) releaseLater(work, holding)
}

function releaseLater(first: Work, holding: Holding): void {
  const { held, esc, release } = holding
  esc.after(Math.max(0, first.heldMs - esc.now()), () => {
    const nowMs = esc.now()
    const stays = held.findIndex(({ heldMs }) => heldMs > nowMs)
    release(held.splice(0, stays < 0 ? held.length : stays))
    const [next] = held
    if (next !== undefined) releaseLater(next, holding)
  })
}
