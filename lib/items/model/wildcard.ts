/** Patterns of item keys. */

/**
 * Whether a key fits a pattern, in which `*` stands for any characters and `?` for one; case doesn't matter. The time it
 * takes grows with the product of both lengths at most, whatever the pattern.
 *
 * @example
 * assert.deepEqual(['Dedupe.windowMs', 'Filter.in'].map((key) => matches('dedupe.*', key)), [true, false])
 */
export function matches(pattern: string, key: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), key.toLowerCase()]
  let at = 0
  let star = -1
  let behindStar = 0
  for (let i = 0; i < given.length;) {
    if (wanted[at] === '*') {
      star = at++
      behindStar = i
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[i])) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++behindStar // The star takes one more.
    } else return false
  }
  while (wanted[at] === '*') at++
  return at === wanted.length
}
