/** MySQL and MariaDB, by `mysql2`. */
import type { NetLog } from '../net/loop.js'
import { loadSoft } from '../net/soft.js'
import type { Database, DatabaseOptions, Dialect, Row } from './database.js'
import { urlWith } from './sql-config.js'

/**
 * How MySQL writes it.
 *
 * @example
 * assert.equal(mysqlDialect.quote('a`b'), '`a``b`')
 */
export const mysqlDialect: Dialect = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  place: () => '?',
  overwrite: (key, others) =>
    `ON DUPLICATE KEY UPDATE ${(others.length === 0 ? key : others)
      .map((name) => `${name} = VALUES(${name})`)
      .join(', ')}`,
  valuesMax: 65_535, // Their number is sent in two bytes.
}

/** About the data without a SQLSTATE that says so: truncated, no default, a wrong value, a check. */
const REFUSALS = new Set([1265, 1364, 1366, 3819, 4025])

/**
 * A database of MySQL or MariaDB, with connections that are made when they are wanted. Times are UTC.
 *
 * @throws {DeadbeatError} ERR_MISSING_PACKAGE.
 */
export async function openMysql(cog: string, options: DatabaseOptions, log: NetLog): Promise<Database> {
  const { createPool } = await loadSoft(cog, 'mysql2', () => import('mysql2/promise'))
  const { url, password, timeoutMs, connectionsMax } = options
  const pool = createPool({
    uri: urlWith(url, password),
    ...{ connectionLimit: connectionsMax, connectTimeout: timeoutMs, timezone: 'Z', supportBigNumbers: true },
  })
  const valuesOf = (values: readonly unknown[]): never =>
    values.map((value) => (typeof value === 'boolean' ? Number(value) : value)) as never
  return {
    dialect: mysqlDialect,
    async query({ text, values }) {
      const [rows] = await pool.execute({ sql: text, timeout: timeoutMs }, valuesOf(values))
      return rows as readonly Row[]
    },
    async transaction(statements) {
      const connection = await pool.getConnection()
      try {
        await connection.beginTransaction()
        for (const { text, values } of statements)
          await connection.execute({ sql: text, timeout: timeoutMs }, valuesOf(values))
        await connection.commit()
        connection.release()
      } catch (error) {
        connection.destroy() // The server takes back what it has begun.
        throw error
      }
    },
    isRefusal(error) {
      const { sqlState, errno } = error as { sqlState?: string; errno?: number }
      return /^2[23]/.test(sqlState ?? '') || REFUSALS.has(errno ?? 0)
    },
    close: () => void pool.end().catch((error: unknown) => log.debug({ err: error }, 'cannot end a connection')),
  }
}
