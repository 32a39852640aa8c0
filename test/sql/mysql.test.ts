import { expect, test } from '@jest/globals'
import { mysqlDialect, openMysql } from '../../lib/sql/mysql.js'

// How it serves cogs, with a real server, is told by the tests of SqlDrain and SqlLookup.
test('tells what is about the data from all else', async () => {
  const options = { url: 'mysql://127.0.0.1:1/x', password: null, timeoutMs: 1000, connectionsMax: 1 }
  const database = await openMysql('Test', options, { info() {}, warn() {}, debug() {}, error() {} })
  const errors = [{ sqlState: '23000' }, { sqlState: '22007' }, { errno: 1366 }, { sqlState: '42S02' }, { errno: 1205 }]
  expect(errors.map((error) => database.isRefusal(error))).toEqual([true, true, true, false, false])
  await expect(database.query({ text: 'SELECT 1', values: [] })).rejects.toThrow('ECONNREFUSED')
  database.close()
})

test('a name can not end its quotes', () => {
  expect(mysqlDialect.quote('a`; DROP TABLE b; --')).toBe('`a``; DROP TABLE b; --`')
})
