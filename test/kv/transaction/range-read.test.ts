import { expect, test } from '@jest/globals'
import { RangeRead } from '../../../lib/kv/transaction/range-read.js'

function start(hasValues: boolean) {
  const told: string[] = []
  const reader = { listed: () => told.push('listed'), forgetRange: () => told.push('forgotten') }
  return { told, read: new RangeRead('/k/', 1, hasValues, reader) }
}

test('it asks for its level, with values or without', () => {
  expect(start(false).read.request).toEqual({ key: '3/k/', end: '3/k0', keysOnly: true })
  expect(start(true).read.request).toEqual({ key: '3/k/', end: '3/k0', keysOnly: false })
})

test('it is known once it was answered, and forgotten if that failed', async () => {
  const { told, read } = start(true)
  const kv = { key: '3/k/x/y', value: Buffer.from('1'), create: 2, mod: 3, version: 2, lease: 0n }
  read.answered({ kvs: [kv], count: 1 })
  await read.known
  expect([read.isKnown, read.kvs, told]).toEqual([true, [kv], ['listed']])
  const other = start(false)
  other.read.failed(new Error('no'))
  await expect(other.read.known).rejects.toThrow('no')
  expect(other.told).toEqual(['forgotten'])
})
