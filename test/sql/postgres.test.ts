import { expect, test } from '@jest/globals'
import { openPostgres, postgresDialect } from '../../lib/sql/postgres.js'

// How it serves cogs, with a real server, is told by the tests of SqlDrain and SqlLookup.
test('tells what is about the data from all else', async () => {
  const options = { url: 'postgres://127.0.0.1:1/x', password: null, timeoutMs: 1000, connectionsMax: 1 }
  const database = await openPostgres('Test', options, { info() {}, warn() {}, debug() {}, error() {} })
  const codes = ['23502', '22P02', '21000', '42P01', '40001', '57P01', 'ECONNREFUSED']
  expect(codes.map((code) => database.isRefusal({ code }))).toEqual([true, true, true, false, false, false, false])
  await expect(database.query({ text: 'SELECT 1', values: [] })).rejects.toThrow('ECONNREFUSED')
  database.close()
})

test('a name can not end its quotes', () => {
  expect(postgresDialect.quote('a"; DROP TABLE b; --')).toBe('"a""; DROP TABLE b; --"')
})
