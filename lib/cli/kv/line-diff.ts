/** What is different between two texts, line by line; and two changes of one text brought together. */

/** A line that stayed, came, or went. */
export interface DiffLine {
  readonly mark: ' ' | '+' | '-'
  readonly line: string
}

/** Some lines in the place of others: from the line `from` of the text up to but without `to`. */
interface Hunk {
  readonly from: number
  readonly to: number
  readonly lines: readonly string[]
}

/** So many pairs of lines are compared at most; texts that differ in more are taken as different throughout. */
const PAIRS_MAX = 4_000_000

/**
 * The shortest way from one text to the other.
 *
 * @example
 * assert.deepEqual(lineDiff(['a', 'b'], ['a', 'c']).map(({ mark, line }) => mark + line), [' a', '-b', '+c'])
 */
export function lineDiff(before: readonly string[], after: readonly string[]): DiffLine[] {
  const told: DiffLine[] = []
  const keep = (from: number, to: number): void => {
    for (const line of before.slice(from, to)) told.push({ mark: ' ', line })
  }
  let at = 0
  for (const { from, to, lines } of hunksOf(before, after)) {
    keep(at, from)
    for (const line of before.slice(from, to)) told.push({ mark: '-', line })
    for (const line of lines) told.push({ mark: '+', line })
    at = to
  }
  keep(at, before.length)
  return told
}

/**
 * Both changes of one text; null if they touch the same lines, or lines side by side, in different ways.
 *
 * @example
 * assert.deepEqual(mergeLines(['a', 'b', 'c'], ['A', 'b', 'c'], ['a', 'b', 'C']), ['A', 'b', 'C'])
 * assert.equal(mergeLines(['a'], ['b'], ['c']), null)
 */
export function mergeLines(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): string[] | null {
  const ours = hunksOf(base, mine)
  const others = hunksOf(base, theirs)
  const all = [...ours]
  for (const other of others) {
    const same = ours.find((our) => our.from === other.from && our.to === other.to && isSame(our.lines, other.lines))
    if (same !== undefined) continue
    if (ours.some((our) => our.from <= other.to && other.from <= our.to)) return null
    all.push(other)
  }
  const merged: string[] = []
  let at = 0
  for (const { from, to, lines } of all.sort((a, b) => a.from - b.from)) {
    merged.push(...base.slice(at, from), ...lines)
    at = to
  }
  return [...merged, ...base.slice(at)]
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at])
}

function hunksOf(before: readonly string[], after: readonly string[]): Hunk[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const most = Math.min(before.length, after.length) - head
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const [left, right] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
  if (left.length === 0 && right.length === 0) return []
  if (left.length * right.length > PAIRS_MAX) return [{ from: head, to: head + left.length, lines: right }]
  return hunksBetween(left, right).map((hunk) => ({ ...hunk, from: hunk.from + head, to: hunk.to + head }))
}

/** By the longest common subsequence: `lengths[i][j]` is its length from the lines i and j on. */
function hunksBetween(left: readonly string[], right: readonly string[]): Hunk[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1))
  const lengthAt = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = left.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? new Uint32Array(0)
    for (let j = right.length - 1; j >= 0; j--) {
      row[j] = left[i] === right[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1))
    }
  }
  const hunks: Hunk[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const [from, start] = [i, j]
    while ((i < left.length || j < right.length) && !(i < left.length && j < right.length && left[i] === right[j])) {
      if (j >= right.length || (i < left.length && lengthAt(i + 1, j) >= lengthAt(i, j + 1))) i++
      else j++
    }
    if (i > from || j > start) hunks.push({ from, to: i, lines: right.slice(start, j) })
    while (i < left.length && j < right.length && left[i] === right[j]) {
      i++
      j++
    }
  }
  return hunks
}
