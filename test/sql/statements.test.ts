import { expect, test } from '@jest/globals'
import { mysqlDialect } from '../../lib/sql/mysql.js'
import { postgresDialect } from '../../lib/sql/postgres.js'
import { insertStatements, requireName, requireTable, selectStatement } from '../../lib/sql/statements.js'

test('of rows with the same key the last is written, at the place of the last', () => {
  const target = { table: 's.t', columns: ['a', 'b'], key: ['a'] }
  const rows = [
    [1, 'x'],
    [2, 'y'],
    [1, 'z'],
  ]
  expect(insertStatements(postgresDialect, target, rows)).toEqual([
    {
      text: 'INSERT INTO "s"."t" ("a", "b") VALUES ($1, $2), ($3, $4) ON CONFLICT ("a") DO UPDATE SET "b" = EXCLUDED."b"',
      values: [2, 'y', 1, 'z'],
    },
  ])
  expect(insertStatements(mysqlDialect, { ...target, columns: ['a'] }, [[1]])[0]?.text).toBe(
    'INSERT INTO `s`.`t` (`a`) VALUES (?) ON DUPLICATE KEY UPDATE `a` = VALUES(`a`)',
  )
})

test('no statement has more values than there may be', () => {
  const target = { table: 't', columns: ['a', 'b', 'c'], key: [] }
  const rows = Array.from({ length: 50_000 }, (_, n) => [n, n, n])
  const statements = insertStatements(postgresDialect, target, rows)
  expect(statements.map(({ values }) => values.length)).toEqual([65_535, 65_535, 18_930])
})

test('selects the row of a key', () => {
  const target = { table: 't', columns: ['a', 'b"'], key: 'k' }
  expect(selectStatement(postgresDialect, target, 7)).toEqual({
    text: 'SELECT "a", "b""" FROM "t" WHERE "k" = $1 LIMIT 1',
    values: [7],
  })
})

test('names are checked', () => {
  for (const name of ['', 'a\n', '\0', 'x'.repeat(129)])
    expect(() => requireName(name, 'a column')).toThrow('a column must have a name of 1 to 128 characters')
  expect(() => requireTable('a.')).toThrow('a table must have a name')
  requireTable('public.hits')
})
