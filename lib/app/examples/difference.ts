/** How lines that came differ from those that were expected, for people. */
import { escapeControls } from '../../errors/escape-controls.js'

/** One line of a comparison: it is in both, missing, or too much. */
export interface Change {
  readonly kind: ' ' | '-' | '+'
  readonly text: string
  /** Its number in the file of what is expected, from 1; for what is too much, of the line that it comes before. */
  readonly line: number
}

/** So many comparisons of one line with another are made before it is given up to find what is alike. */
const CELLS_MAX = 4_000_000
const AROUND = 2
const SHOWN_MAX = 60

/**
 * What has to be taken out and put in, in order, so that one list becomes the other.
 *
 * @example
 * const kinds = compare(['a', 'b', 'c'], ['a', 'x', 'c']).map(({ kind, text }) => kind + text)
 * assert.deepEqual(kinds, [' a', '-b', '+x', ' c'])
 */
export function compare(expected: readonly string[], came: readonly string[]): Change[] {
  let start = 0
  while (start < expected.length && start < came.length && expected[start] === came[start]) start++
  let [end, cameEnd] = [expected.length, came.length]
  while (end > start && cameEnd > start && expected[end - 1] === came[cameEnd - 1]) {
    end--
    cameEnd--
  }
  const same = (from: number, to: number): Change[] =>
    expected.slice(from, to).map((text, i) => ({ kind: ' ', text, line: from + i + 1 }))
  return [
    ...same(0, start),
    ...middle(expected.slice(start, end), came.slice(start, cameEnd), start),
    ...same(end, expected.length),
  ]
}

function middle(expected: readonly string[], came: readonly string[], offset: number): Change[] {
  const [rows, columns] = [expected.length, came.length]
  const width = columns + 1
  const common = new Uint32Array(rows * columns > CELLS_MAX ? 0 : (rows + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  if (common.length > 0) {
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        common[i * width + j] = expected[i] === came[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
      }
    }
  }
  const changes: Change[] = []
  for (let i = 0, j = 0; i < rows || j < columns;) {
    const isSame = i < rows && j < columns && expected[i] === came[j]
    const isMissing = !isSame && i < rows && (j === columns || at(i + 1, j) >= at(i, j + 1))
    const text = (isSame || isMissing ? expected[i] : came[j]) ?? ''
    changes.push({ kind: isSame ? ' ' : isMissing ? '-' : '+', text, line: offset + i + 1 })
    if (isSame || isMissing) i++
    if (isSame || !isMissing) j++
  }
  return changes
}

/** The changes as lines, with some of what is around them; empty if there are none. */
export function showChanges(changes: readonly Change[]): string[] {
  const near = changes.map((_, i) =>
    changes.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ kind }) => kind !== ' '),
  )
  const shown: string[] = []
  changes.forEach(({ kind, text, line }, i) => {
    if (near[i] !== true) return
    if (i > 0 && near[i - 1] !== true && shown.length > 0) shown.push('     ...')
    shown.push(`${String(line).padStart(5)} ${kind} ${escapeControls(text)}`)
  })
  const rest = shown.length - SHOWN_MAX
  return rest > 0 ? [...shown.slice(0, SHOWN_MAX), `      and ${rest} more lines`] : shown
}
