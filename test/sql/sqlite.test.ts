import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { openSqlite, sqliteDatabase } from '../../lib/sql/sqlite.js'
import { sqliteHandle } from '../support/databases.js'
import { Cleanups } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

function start(path = join(temporary(), 'a.db')) {
  const database = sqliteDatabase(() => sqliteHandle(path))
  cleanups.add(() => database.close())
  const run = (text: string, ...values: unknown[]) => database.query({ text, values })
  return { database, run, path }
}

test('does all of a transaction or none', async () => {
  const { database, run } = start()
  await run('CREATE TABLE t (a INT NOT NULL)')
  const insert = (a: unknown) => ({ text: 'INSERT INTO t VALUES (?)', values: [a] })
  await database.transaction([insert(1), insert(2)])
  const refused: unknown = await database.transaction([insert(3), insert(null)]).catch((error: unknown) => error)
  expect(database.isRefusal(refused)).toBe(true)
  expect(await run('SELECT a FROM t')).toEqual([{ a: 1 }, { a: 2 }])
})

test('values are kept as what they are', async () => {
  const { run } = start()
  await run('CREATE TABLE t (a TEXT, b, c, d)')
  await run('INSERT INTO t VALUES (?, ?, ?, ?)', 5, true, new Date(0), 1.5)
  expect(await run('SELECT * FROM t')).toEqual([{ a: '5', b: 1, c: '1970-01-01T00:00:00.000Z', d: 1.5 }])
})

test('what somebody else has locked is told at once, and is no fault of the data', async () => {
  const [mine, other] = [start(), start()]
  await mine.run('CREATE TABLE t (a)')
  const second = start(mine.path)
  await mine.run('BEGIN EXCLUSIVE')
  const refused: unknown = await second.database.transaction([]).catch((error: unknown) => error)
  expect((refused as Error).message).toMatch(/locked/)
  expect(other.database.isRefusal(refused)).toBe(false)
  await mine.run('COMMIT')
  await second.database.transaction([])
})

test("opens a file by Node's own driver, or says what to install", async () => {
  const options = { url: `sqlite:${join(temporary(), 'a%20b.db')}`, password: null, timeoutMs: 1, connectionsMax: 1 }
  const opening = openSqlite('SqlDrain', options, { info() {}, warn() {}, debug() {}, error() {} })
  if (!isBuiltin('node:sqlite')) {
    await expect(opening).rejects.toThrow('better-sqlite3')
    return
  }
  const database = await opening
  cleanups.add(() => database.close())
  await database.query({ text: 'CREATE TABLE t (a INT NOT NULL)', values: [] })
  const insert = (a: unknown) => ({ text: 'INSERT INTO t VALUES (?)', values: [a] })
  await database.transaction([insert(1), insert(2)])
  expect(database.isRefusal(await database.transaction([insert(null)]).catch((error: unknown) => error))).toBe(true)
  expect(await database.query({ text: 'SELECT COUNT(*) AS n FROM t', values: [] })).toMatchObject([{ n: 2 }])
})
