import { compareMessage, leasesOf, opMessage, opResults, rangeResults } from '../../../lib/kv/etcd/operations.js'

const value = Buffer.from('v')
const nothing = { range: undefined, put: undefined, deleteRange: undefined, txn: undefined }

it('puts what is compared where its target says', () => {
  expect(compareMessage({ key: 'a', end: 'b', target: 'create', is: '<', than: 5 })).toEqual({
    ...{ key: 'a', end: 'b', target: 1, result: 2, create: 5 },
  })
  expect(compareMessage({ key: 'a', target: 'lease', is: '!=', than: 5n })).toMatchObject({
    target: 4,
    result: 3,
    lease: 5n,
  })
})

it('keeps a value where it is to be kept', () => {
  expect(opMessage({ op: 'put', key: 'a', value: 'keep', lease: 5n })).toEqual({
    put: { key: 'a', ignoreValue: true, lease: 5n },
  })
})

it('keeps a lease where it is to be kept, and takes it off where none is named', () => {
  expect(opMessage({ op: 'put', key: 'a', value, lease: 'keep' })).toEqual({
    put: { key: 'a', value, ignoreLease: true },
  })
  expect(opMessage({ op: 'put', key: 'a', value, lease: 0n })).toEqual({ put: { key: 'a', value, lease: 0n } })
})

it('names each lease once', () => {
  const put = (lease: bigint | 'keep') => ({ op: 'put', key: 'a', value, lease }) as const
  expect(leasesOf([put(1n), put('keep'), put(0n), put(2n), put(1n), { op: 'delete', key: 'a' }])).toEqual([1n, 2n])
})

it('refuses answers that are not to what was asked', () => {
  const ops = [{ op: 'delete', key: 'a' }] as const
  expect(() => opResults(ops, [])).toThrow(/0 answers to 1 operations/)
  expect(() => opResults(ops, [{ ...nothing, put: { header: undefined, prevKv: undefined } }])).toThrow(
    /a delete was answered as something else/,
  )
  expect(() => rangeResults([{ key: 'a' }], [nothing])).toThrow(/a range was answered/)
})
