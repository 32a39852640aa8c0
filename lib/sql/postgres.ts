/** PostgreSQL, by `pg`. */
import { codeOf } from '../errors/index.js'
import type { NetLog } from '../net/loop.js'
import { loadSoft } from '../net/soft.js'
import type { Database, DatabaseOptions, Dialect, Row } from './database.js'
import { databaseName, urlWith } from './sql-config.js'

/**
 * How PostgreSQL writes it.
 *
 * @example
 * assert.equal(postgresDialect.quote('a"b'), '"a""b"')
 */
export const postgresDialect: Dialect = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  place: (n) => `$${n}`,
  overwrite: (key, others) =>
    `ON CONFLICT (${key.join(', ')}) DO ${
      others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}`
    }`,
  valuesMax: 65_535, // Their number is sent in two bytes.
}

/** The classes of SQLSTATE that are about the data: a row twice in one statement, what no column takes, what a rule forbids. */
const REFUSALS = /^(?:21|22|23)/

/**
 * A database of PostgreSQL, with connections that are made when they are wanted.
 *
 * @throws {DeadbeatError} ERR_MISSING_PACKAGE.
 */
export async function openPostgres(cog: string, options: DatabaseOptions, log: NetLog): Promise<Database> {
  const { default: pg } = await loadSoft(cog, 'pg', () => import('pg'))
  const { url, password, timeoutMs, connectionsMax } = options
  const pool = new pg.Pool({
    connectionString: urlWith(url, password),
    ...{ max: connectionsMax, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs },
    keepAlive: true,
  })
  // One that breaks: who uses it hears so, and the next use makes another.
  const broken = (error: Error): void =>
    log.debug({ err: error }, `a connection to ${databaseName(url)} broke: ${error.message}`)
  pool.on('error', broken)
  pool.on('connect', (client) => client.on('error', broken))
  return {
    dialect: postgresDialect,
    async query({ text, values }) {
      return (await pool.query<Row>(text, [...values])).rows
    },
    async transaction(statements) {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        for (const { text, values } of statements) await client.query(text, [...values])
        await client.query('COMMIT')
        client.release()
      } catch (error) {
        if (REFUSALS.test(codeOf(error)))
          await client.query('ROLLBACK').then(
            () => client.release(),
            () => client.release(true),
          )
        else client.release(true) // Nobody knows in what state it is.
        throw error
      }
    },
    isRefusal: (error) => REFUSALS.test(codeOf(error)),
    close: () => void pool.end().catch(() => undefined),
  }
}
