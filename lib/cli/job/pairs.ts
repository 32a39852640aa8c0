/** Options with two values, which commander has none of: `-s NAME VALUE`. */

/** What stands between the two once they are one. */
const BETWEEN = '\0'

/**
 * Arguments with each pair behind one of the flags put together. Behind `--` nothing is an option.
 *
 * @example
 * assert.deepEqual(joinPairs(['set', '-s', 'a', '1', 'x'], ['-s']), ['set', '-s', 'a\x001', 'x'])
 */
export function joinPairs(argv: readonly string[], flags: readonly string[]): string[] {
  const joined: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (word === '--') return [...joined, ...argv.slice(at)]
    joined.push(word)
    const [name, value] = argv.slice(at + 1, at + 3)
    if (!flags.includes(word) || name === undefined || value === undefined) continue
    joined.push(name + BETWEEN + value)
    at += 2
  }
  return joined
}

/** One more pair for an option that may come several times; null if there is only one value. */
export function addPair(text: string, before: ReadonlyMap<string, string> = new Map()): Map<string, string> | null {
  const at = text.indexOf(BETWEEN)
  return at < 0 ? null : new Map([...before, [text.slice(0, at), text.slice(at + 1)]])
}
