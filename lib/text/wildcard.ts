/** Patterns in which `*` stands for any characters and `?` for one. */

/**
 * Whether a text fits a pattern, letter by letter. The time it takes grows with the product of both lengths at most,
 * whatever the pattern.
 *
 * @example
 * assert.deepEqual(['/a/b', '/A/b', '/ab'].map((path) => fitsWildcard('/a/*', path)), [true, false, false])
 */
export function fitsWildcard(pattern: string, text: string): boolean {
  let at = 0
  let star = -1
  let behindStar = 0
  for (let i = 0; i < text.length;) {
    if (pattern[at] === '*') {
      star = at++
      behindStar = i
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[i])) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++behindStar // The star takes one more.
    } else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}
