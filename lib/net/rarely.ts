/**
 * Whether something that came `count` times is worth a line in the log once more: the first, the tenth, the hundredth ...
 * So a peer that does it all the time can't fill the log.
 *
 * @example
 * assert.deepEqual([1, 2, 10, 11, 100].filter(isRare), [1, 10, 100])
 */
export function isRare(count: number): boolean {
  return /^10*$/.test(String(count))
}
