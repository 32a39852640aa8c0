/** What a misspelt word was probably meant to be. */

/**
 * The candidate nearest to a word, or null if none is near: at most a third of its letters wrong, swapped, too many or too few.
 *
 * @example
 * assert.equal(suggest('cachMax', ['cacheMax', 'ttlMs']), 'cacheMax')
 * assert.equal(suggest('zebra', ['cacheMax', 'ttlMs']), null)
 */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

/**
 * The same for names in parts, `dns.cacheMax` or `--dns.cache-max`: one that ends in the right part, whatever its section is, is
 * nearer than all others.
 *
 * @example
 * assert.equal(suggestName('--cache-max', ['--dns.ttl', '--dns.cache-max']), '--dns.cache-max')
 */
export function suggestName(name: string, candidates: readonly string[]): string | null {
  const last = lastOf(name)
  return candidates.find((candidate) => lastOf(candidate) === last) ?? suggest(name, candidates)
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replace(/^--/, '')
}

/** How many letters must be changed, added, removed or swapped with their neighbour to make one word the other. */
function editDistance(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const line = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let cost = Math.min(at(above, column) + 1, at(line, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      if (swapped) cost = Math.min(cost, at(before, column - 2) + 1)
      line.push(cost)
    }
    ;[before, above] = [above, line]
  }
  return at(above, to.length)
}

const at = (line: readonly number[], column: number): number => line[column] ?? Infinity
