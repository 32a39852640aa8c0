import { expect, test } from '@jest/globals'
import { keysOf, writeLease } from '../../../lib/kv/embedded/leases.js'
import { readState } from '../../../lib/kv/embedded/state.js'
import { put, startTables } from './kit.js'

test('a write that fails midway leaves nothing behind', () => {
  const { tables, write, commit, read } = startTables()
  commit(put('a', '1'))
  const fail = (): void => {
    write((rows) => {
      rows.put({ key: 'a', value: Buffer.from('2'), create: 2, mod: 3, version: 2, lease: 0n }, rows.get('a', true))
      rows.seal(3)
      rows.finish()
      throw new Error('midway')
    })
  }
  expect(fail).toThrow('midway')
  read((reading) => {
    expect(readState(tables.root, reading).revision).toBe(2)
    expect(tables.versions.getBinary({ mod: 3, sub: 0 }, reading)).toBeUndefined()
  })
})

test('a lease has the keys that go with it, and no others', () => {
  const { tables, write, commit, read } = startTables()
  write((rows) => { writeLease(rows, tables, 7n, 10, 0) }) // prettier-ignore
  commit(put('a', '1', 7n), put('b', '1', 7n), put('c', '1', 7n))
  commit(put('a', '2'), { op: 'put', key: 'b', value: Buffer.from('2'), lease: 'keep' }, { op: 'delete', key: 'c' })
  expect(read((reading) => keysOf(tables, 7n, reading))).toEqual(['b'])
})
