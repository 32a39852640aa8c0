import { expect, test } from '@jest/globals'
import { KeptRecord } from '../../../lib/testing/check/kept-record.js'

test('it keeps the last record, and another may begin with it', async () => {
  const store = new KeptRecord()
  expect(store.load()).toBeNull()
  await store.store('{"a":1}')
  await store.store('{"a":2}')
  expect([store.load(), store.stores, new KeptRecord(store.text).load()]).toEqual([{ a: 2 }, 2, { a: 2 }])
  await store.clear()
  expect(store.load()).toBeNull()
})

test('once its writer was killed nothing changes it', async () => {
  const store = new KeptRecord('{"a":1}')
  store.isKilled = true
  await store.store('{"a":2}')
  await store.clear()
  store.close()
  expect(store.load()).toEqual({ a: 1 })
})
