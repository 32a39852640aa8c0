/** The settings of cogs that use a database of SQL. */
import { describeValue } from '../errors/index.js'
import type { NetLog } from '../net/loop.js'
import type { Database, DatabaseOptions } from './database.js'

/** Configuration insert: which database, and which table of it. */
export const sqlConfig = {
  url: {
    doc: 'The database: postgres://USER@HOST:PORT/NAME, mysql://USER@HOST:PORT/NAME, or sqlite:/PATH.',
    format: 'url',
  },
  password: {
    doc: "The user's password, unless it stands in the URL.",
    format: 'text',
    default: null,
    sensitive: true,
  },
  timeoutMs: { doc: 'How long a connection or an answer may take.', format: 'duration', min: 1, default: '10s' },
  table: { doc: 'The table, behind its schema and a point where it has one.', format: 'text' },
} as const

/** The defaults of `sqlConfig`. */
export const SQL_DEFAULTS = { password: null, timeoutMs: 10_000 } as const

type Opener = (cog: string, options: DatabaseOptions, log: NetLog) => Promise<Database>

/** What opens a database, by the scheme of its URL. */
const OPENERS: Readonly<Record<string, Opener>> = {
  'postgres:': async (...args) => (await import('./postgres.js')).openPostgres(...args),
  'postgresql:': async (...args) => (await import('./postgres.js')).openPostgres(...args),
  'mysql:': async (...args) => (await import('./mysql.js')).openMysql(...args),
  'sqlite:': async (...args) => (await import('./sqlite.js')).openSqlite(...args),
}

/**
 * Check that a URL names a database that is known.
 *
 * @throws {RangeError} If it doesn't.
 * @example
 * assert.throws(() => requireDatabaseUrl('oracle://db'), /url must begin with postgres:, postgresql:, mysql: or sqlite:/)
 */
export function requireDatabaseUrl(url: string): void {
  const { protocol } = new URL(url)
  if (!Object.hasOwn(OPENERS, protocol))
    throw new RangeError(
      `url must begin with postgres:, postgresql:, mysql: or sqlite:: it begins with ${describeValue(protocol)}`,
    )
}

/**
 * A database; what can't be reached now may be reached later.
 *
 * @throws {RangeError} If the URL is of none that is known.
 * @throws {DeadbeatError} ERR_MISSING_PACKAGE without the driver.
 */
export async function openDatabase(cog: string, options: DatabaseOptions, log: NetLog): Promise<Database> {
  requireDatabaseUrl(options.url)
  return (OPENERS[new URL(options.url).protocol] as Opener)(cog, options, log)
}

/**
 * A database as people write it, without a password.
 *
 * @example
 * assert.equal(databaseName('postgres://me:secret@db.example:5432/logs?sslmode=require'), 'db.example:5432/logs')
 * assert.equal(databaseName('sqlite:/var/lib/a.db'), '/var/lib/a.db')
 */
export function databaseName(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

/**
 * A URL with the password in it, for drivers that take it from there.
 *
 * @example
 * assert.equal(urlWith('postgres://me@db/logs', 'p@ss'), 'postgres://me:p%40ss@db/logs')
 */
export function urlWith(url: string, password: string | null): string {
  if (password === null) return url
  const whole = new URL(url)
  whole.password = encodeURIComponent(password)
  return whole.href
}
