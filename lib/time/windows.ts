/** Windows of time that follow each other, or overlap: which of them a moment lies in. */

/**
 * When the windows end in which a moment lies, the first to end first. They begin at multiples of `stepMs` since the
 * Unix epoch, each is `lengthMs` long, its beginning included and its end not.
 *
 * @example
 * assert.deepEqual(windowEnds(12, 10, 10), [20])
 * assert.deepEqual(windowEnds(12, 10, 5), [15, 20])
 */
export function windowEnds(timeMs: number, lengthMs: number, stepMs: number): number[] {
  const ends: number[] = []
  const last = Math.floor(timeMs / stepMs) * stepMs
  for (let begin = last; begin > timeMs - lengthMs; begin -= stepMs) ends.push(begin + lengthMs)
  return ends.reverse()
}
