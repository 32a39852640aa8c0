/**
 * SQLite, by Node's own `node:sqlite` where it is there, else by `better-sqlite3`. Both have the same interface; both do
 * their work at once, so that the loop waits for each statement. They never wait for another writer: who finds the file
 * locked is told, and tries again.
 */
import { isBuiltin } from 'node:module'
import { toError } from '../errors/index.js'
import type { NetLog } from '../net/loop.js'
import { loadSoft } from '../net/soft.js'
import type { Database, DatabaseOptions, Dialect, Row, Statement } from './database.js'

/** What both have. */
export interface SqliteHandle {
  exec(text: string): unknown
  prepare(text: string): { all(...values: unknown[]): unknown[]; run(...values: unknown[]): unknown }
  close(): unknown
}

/**
 * How SQLite writes it.
 *
 * @example
 * assert.equal(sqliteDialect.quote('a"b'), '"a""b"')
 */
export const sqliteDialect: Dialect = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  place: () => '?',
  overwrite: (key, others) =>
    `ON CONFLICT (${key.join(', ')}) DO ${
      others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`
    }`,
  valuesMax: 32_766,
}

/** What SQLite says of data that it never takes; each driver has codes of its own, but these words are SQLite's. */
const REFUSALS = /constraint failed|datatype mismatch|string or blob too big|cannot store /i

/**
 * A database in a file, opened when it is first used.
 *
 * @throws {DeadbeatError} ERR_MISSING_PACKAGE.
 */
export async function openSqlite(cog: string, { url }: DatabaseOptions, _log: NetLog): Promise<Database> {
  const open = await loadOpener(cog)
  return sqliteDatabase(() => open(decodeURIComponent(new URL(url).pathname)))
}

/** A database by a driver that somebody brings. */
export function sqliteDatabase(open: () => SqliteHandle): Database {
  let handle: SqliteHandle | null = null
  const opened = (): SqliteHandle => {
    if (handle !== null) return handle
    const fresh = open()
    fresh.exec('PRAGMA busy_timeout = 0')
    return (handle = fresh)
  }
  const run = (statements: readonly Statement[]): void => {
    const db = opened()
    db.exec('BEGIN IMMEDIATE')
    try {
      for (const { text, values } of statements) db.prepare(text).run(...values.map(valueOf))
      db.exec('COMMIT')
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
  return {
    dialect: sqliteDialect,
    query: ({ text, values }) =>
      attempt(
        () =>
          opened()
            .prepare(text)
            .all(...values.map(valueOf)) as Row[],
      ),
    transaction: (statements) => attempt(() => run(statements)),
    isRefusal: (error) => REFUSALS.test(toError(error).message),
    close() {
      handle?.close()
      handle = null
    },
  }
}

/** What is done at once, as a promise. */
const attempt = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()))

/** A whole number as such, which drivers else take for a number with a point, as a column of text shows. */
function valueOf(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (value instanceof Date) return value.toISOString()
  return Number.isSafeInteger(value) ? BigInt(value as number) : value
}

async function loadOpener(cog: string): Promise<(path: string) => SqliteHandle> {
  const [own, other] = ['node:sqlite', 'better-sqlite3'] // Neither has to be there when this is compiled.
  if (isBuiltin(own)) {
    const { DatabaseSync } = (await import(own)) as { DatabaseSync: new (path: string) => SqliteHandle }
    return (path) => new DatabaseSync(path)
  }
  const load = (): Promise<unknown> => import(other)
  const { default: Handle } = (await loadSoft(cog, other, load)) as {
    default: new (path: string) => SqliteHandle
  }
  return (path) => new Handle(path)
}
