import { expect, test } from '@jest/globals'
import { startTables } from './kit.js'

test('each table has its own keys', () => {
  const { tables, read } = startTables()
  tables.root.transactionSync(() => {
    tables.current.putSync('a', Buffer.from('current'))
    tables.leases.putSync(5n, Buffer.from('lease'))
    tables.leaseKeys.putSync({ lease: 5n, key: 'a' }, Buffer.from('key'))
    tables.versions.putSync({ mod: 2, sub: 0 }, Buffer.from('version'))
  })
  const text = read((reading) => [
    tables.current.getBinary('a', reading),
    tables.leases.getBinary(5n, reading),
    tables.leaseKeys.getBinary({ lease: 5n, key: 'a' }, reading),
    tables.versions.getBinary({ mod: 2, sub: 0 }, reading),
  ])
  expect(text.map(String)).toEqual(['current', 'lease', 'key', 'version'])
})
