import { expect, test } from '@jest/globals'
import { NEW, readState, writeState } from '../../../lib/kv/embedded/state.js'
import { startTables } from './kit.js'

test('a new store is at revision 1; what is written comes back', () => {
  const { tables, read } = startTables()
  const state = { revision: 2 ** 40, compacted: 9, soonestMs: 12345 }
  expect(read((reading) => readState(tables.root, reading))).toEqual(NEW)
  tables.root.transactionSync(() => {
    writeState(tables.root, state)
    expect(readState(tables.root, undefined)).toEqual(state)
  })
  expect(read((reading) => readState(tables.root, reading))).toEqual(state)
})
