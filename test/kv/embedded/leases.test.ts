import { expect, test } from '@jest/globals'
import { endLease, endOver, keysOf, readLease, renewAll, writeLease } from '../../../lib/kv/embedded/leases.js'
import { NEVER, readState } from '../../../lib/kv/embedded/state.js'
import { put, startTables } from './kit.js'

const LAST = 2n ** 64n - 1n

function start() {
  const started = startTables()
  const { tables, write, commit, read } = started
  const grant = (id: bigint, ttlS: number): void => { write((rows) => { writeLease(rows, tables, id, ttlS, 1000.5) }) } // prettier-ignore
  grant(5n, 10)
  grant(LAST, 20)
  commit(put('a', '', 5n), put('b', '', 5n), put('c', '', LAST))
  return { ...started, state: () => read((reading) => readState(tables.root, reading)) }
}

test('the soonest deadline is known, in whole ms and not too early', () => {
  const { tables, read, state } = start()
  expect(state().soonestMs).toBe(11001)
  expect(read((reading) => readLease(tables, 5n, reading))).toEqual({ id: 5n, ttlS: 10, deadlineMs: 11001 })
})

test('what is over ends with its keys, and not a moment before', () => {
  const { tables, write, read, state } = start()
  write((rows) => { endOver(rows, tables, 11000) }) // prettier-ignore
  expect(read((reading) => keysOf(tables, 5n, reading))).toEqual(['a', 'b'])
  write((rows) => { endOver(rows, tables, 11001) }) // prettier-ignore
  expect(read((reading) => readLease(tables, 5n, reading))).toBeUndefined()
  expect(read((reading) => keysOf(tables, LAST, reading))).toEqual(['c'])
  expect(state()).toEqual({ revision: 3, compacted: 1, soonestMs: 21001 })
})

test('one ends at once; one that is not there is none', () => {
  const { tables, write, state } = start()
  write((rows) => { endLease(rows, tables, 9n) }) // prettier-ignore
  expect(state().revision).toBe(2)
  write((rows) => { endLease(rows, tables, LAST) }) // prettier-ignore
  expect(state().revision).toBe(3)
})

test('all have their whole time again, and none is over', () => {
  const { tables, write, state } = start()
  write((rows) => { renewAll(rows, tables, 5) }) // prettier-ignore
  expect(state().soonestMs).toBe(10005)
  write((rows) => { endOver(rows, tables, 1e6) }) // prettier-ignore
  expect(state().soonestMs).toBe(NEVER)
})
