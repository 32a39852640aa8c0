/** Rows of text in columns. */

/**
 * A table: the first column to the left, the others to the right.
 *
 * @example
 * assert.equal(tableOf([['COG', 'IN'], ['Dedupe', '7']]), 'COG     IN\nDedupe   7\n')
 */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('')
}

const UNITS = ['', 'k', 'M', 'G', 'T']

/** A number in at most five characters: `12`, `3.4k`, `56M`. */
export function short(value: number): string {
  let unit = 0
  let scaled = value
  while (scaled >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1000
    unit++
  }
  return `${scaled >= 100 || Number.isInteger(scaled) ? Math.round(scaled) : scaled.toFixed(1)}${UNITS[unit]}`
}
