/** Statements for rows of a table. */
import { describeValue } from '../errors/index.js'
import type { Dialect, Statement } from './database.js'

const NAME_MAX = 128

/**
 * Check the name of a table or a column. Quoted, it may have any characters but those that no tool shows.
 *
 * @throws {RangeError} If it is empty, has more than 128 characters, or control characters.
 * @example
 * assert.throws(() => requireName('', 'a column'), /a column must have a name of 1 to 128 characters/)
 */
export function requireName(name: string, what: string): void {
  // eslint-disable-next-line no-control-regex -- those are refused
  if (name.length >= 1 && name.length <= NAME_MAX && !/[\u0000-\u001f\u007f]/.test(name)) return
  throw new RangeError(
    `${what} must have a name of 1 to ${NAME_MAX} characters, no control characters: it is ${describeValue(name)}`,
  )
}

/** Check a table, perhaps behind its schema and a point. */
export function requireTable(table: string): void {
  for (const name of table.split('.')) requireName(name, 'a table')
}

const quoteTable = (dialect: Dialect, table: string): string =>
  table
    .split('.')
    .map((name) => dialect.quote(name))
    .join('.')

/** The table, its columns, and those by which a row is told from others; none: each row is a new one. */
export interface Target {
  readonly table: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
}

/**
 * Insert rows, each with a value for each column; one whose key is there is overwritten. Several statements if one can't
 * have so many values. Of rows with the same key only the last is written, as no statement can overwrite a row twice.
 *
 * @example
 * const dialect = { quote: (name) => `"${name}"`, place: (n) => `$${n}`, overwrite: () => '', valuesMax: 4 }
 * const target = { table: 'hits', columns: ['ip', 'n'], key: [] }
 * const [first, second] = insertStatements(dialect, target, [['a', 1], ['b', 2], ['c', 3]])
 * assert.deepEqual(first, { text: 'INSERT INTO "hits" ("ip", "n") VALUES ($1, $2), ($3, $4)', values: ['a', 1, 'b', 2] })
 * assert.deepEqual(second, { text: 'INSERT INTO "hits" ("ip", "n") VALUES ($1, $2)', values: ['c', 3] })
 */
export function insertStatements(
  dialect: Dialect,
  { table, columns, key }: Target,
  rows: readonly (readonly unknown[])[],
): Statement[] {
  const quoted = columns.map((name) => dialect.quote(name))
  const isKey = columns.map((name) => key.includes(name))
  const begin = `INSERT INTO ${quoteTable(dialect, table)} (${quoted.join(', ')}) VALUES `
  const [keys, others] = [true, false].map((side) => quoted.filter((_, i) => isKey[i] === side)) as [string[], string[]]
  const end = key.length === 0 ? '' : ` ${dialect.overwrite(keys, others)}`
  const written = key.length === 0 ? rows : lastOfEach(rows, (row) => row.filter((_, i) => isKey[i]))
  const atOnce = Math.max(1, Math.floor(dialect.valuesMax / columns.length))
  const statements: Statement[] = []
  for (let from = 0; from < written.length; from += atOnce) {
    const part = written.slice(from, from + atOnce)
    const places = part.map(
      (_, i) => `(${columns.map((_, j) => dialect.place(i * columns.length + j + 1)).join(', ')})`,
    )
    statements.push({ text: `${begin}${places.join(', ')}${end}`, values: part.flat() })
  }
  return statements
}

/** The columns of a row whose key column has a value. */
export function selectStatement(
  dialect: Dialect,
  { table, columns, key }: { readonly table: string; readonly columns: readonly string[]; readonly key: string },
  value: unknown,
): Statement {
  const names = columns.map((name) => dialect.quote(name)).join(', ')
  const text = `SELECT ${names} FROM ${quoteTable(dialect, table)} WHERE ${dialect.quote(key)} = ${dialect.place(1)} LIMIT 1`
  return { text, values: [value] }
}

function lastOfEach(
  rows: readonly (readonly unknown[])[],
  keyOf: (row: readonly unknown[]) => readonly unknown[],
): (readonly unknown[])[] {
  const last = new Map<string, readonly unknown[]>()
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row))
    last.delete(key) // So that what was written last stands last.
    last.set(key, row)
  }
  return [...last.values()]
}
