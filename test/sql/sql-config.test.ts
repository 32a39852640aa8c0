import { expect, test } from '@jest/globals'
import { databaseName, openDatabase, requireDatabaseUrl, urlWith } from '../../lib/sql/sql-config.js'

const silent = { info() {}, warn() {}, debug() {}, error() {} }

test('knows databases by their URLs', async () => {
  for (const url of ['postgres://a/b', 'postgresql://a/b', 'mysql://a/b', 'sqlite:/a']) requireDatabaseUrl(url)
  expect(() => requireDatabaseUrl('constructor:x')).toThrow('it begins with "constructor:"')
  const options = { url: 'http://db', password: null, timeoutMs: 1000, connectionsMax: 1 }
  await expect(openDatabase('Test', options, silent)).rejects.toThrow('url must begin with postgres:')
})

test('no name has a password in it, a URL for a driver has', () => {
  expect(databaseName('postgres://me:secret@[::1]:5432/logs?password=secret')).toBe('[::1]:5432/logs')
  expect(urlWith('postgres://me:old@db/logs?sslmode=require', 'a/b:c')).toBe(
    'postgres://me:a%2Fb%3Ac@db/logs?sslmode=require',
  )
  expect(urlWith('mysql://me@db/logs', null)).toBe('mysql://me@db/logs')
})
