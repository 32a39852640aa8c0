import { expect, test } from '@jest/globals'
import { KeyRead } from '../../../lib/kv/transaction/key-read.js'

const nobody = { forgetKey: () => undefined }
const kv = { key: '1/a', value: Buffer.from('ü'), create: 2, mod: 3, version: 2, lease: 0n }

test('its text comes with the answer, whenever it is asked for', async () => {
  const read = new KeyRead('/a', nobody)
  expect([read.key, read.isKnown]).toEqual(['1/a', false])
  const early = read.text
  read.answered({ kvs: [kv], count: 1 })
  expect([read.isKnown, read.kv, await early, await read.text]).toEqual([true, kv, 'ü', 'ü'])
  const missing = new KeyRead('/a', nobody)
  missing.answered({ kvs: [], count: 0 })
  expect([missing.isKnown, await missing.text]).toEqual([true, null])
})

test('a failure is told to who waits, and forgotten', async () => {
  const forgotten: unknown[] = []
  const read = new KeyRead('/a', { forgetKey: (one) => forgotten.push(one) })
  const text = read.text
  read.failed(new Error('no'))
  await expect(text).rejects.toThrow('no')
  expect(forgotten).toEqual([read])
  new KeyRead('/b', nobody).failed(new Error('nobody waits'))
})
