/** Time that passes only while the system owes no answer: else a slow disk would be later than any time limit. */
import { turnOfNode, type ManualClock } from '../../lib/movement/loop/clock.js'

const asked = (): number => process.getActiveResourcesInfo().filter((name) => name.startsWith('FSReq')).length

/** What nobody answers, such as a pipe without a writer that an earlier test reads. */
const unanswered = asked()

/** Resolves once every file that is being read on the thread pool has been. */
export async function answered(): Promise<void> {
  while (asked() > unanswered) await turnOfNode()
}

/** Move a clock on, unless a file or a directory is just being read on the thread pool. */
export function passTime(clock: ManualClock, byMs: number): void {
  if (asked() <= unanswered) clock.advance(byMs)
}
