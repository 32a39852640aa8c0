/** Patterns of item keys. */
import { fitsWildcard } from '../../text/wildcard.js'

/**
 * Whether a key fits a pattern, in which `*` stands for any characters and `?` for one; case doesn't matter. The time it
 * takes grows with the product of both lengths at most, whatever the pattern.
 *
 * @example
 * assert.deepEqual(['Dedupe.windowMs', 'Filter.in'].map((key) => matches('dedupe.*', key)), [true, false])
 */
export function matches(pattern: string, key: string): boolean {
  return fitsWildcard(pattern.toLowerCase(), key.toLowerCase())
}
