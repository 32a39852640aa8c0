import type { Draft } from '../../../lib/kv/rpc/message.js'
import { PutRequest, TxnRequest, type RequestOpMessage, type TxnDraft } from '../../../lib/kv/rpc/messages.js'
import { checkPut, checkTxn } from '../../../lib/kv/serve/check-txn.js'

type Ops = Draft<RequestOpMessage>[]

const check = (txn: TxnDraft, opsMax = 128) => checkTxn(TxnRequest.decode(TxnRequest.encode(txn)), opsMax)
const put = (key: string) => ({ put: { key } })

it.each<[string, TxnDraft, string]>([
  ['too many operations', { failure: [put('a'), put('b'), put('c')] }, 'too many operations in txn request'],
  [
    'too many conditions',
    { compare: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] },
    'too many operations in txn request',
  ],
  ['a condition on nothing', { compare: [{}] }, 'key is not provided'],
  ['a put of nothing', { success: [put('')] }, 'key is not provided'],
  ['a read of nothing', { failure: [{ range: {} }] }, 'key is not provided'],
  ['a deletion of nothing', { success: [{ deleteRange: {} }] }, 'key is not provided'],
  ['a key put twice', { success: [put('a'), put('a')] }, 'duplicate key given in txn request'],
  ['a key put and deleted', { failure: [put('b'), { deleteRange: { key: 'a', end: 'c' } }] }, 'duplicate key given'],
  ['a transaction within', { success: [{ txn: {} }] }, 'a transaction within a transaction is not supported: send two'],
])('refuses %s', (_what, txn, message) => {
  expect(() => check(txn, 2)).toThrow(message)
})

it('lets a key be put in one case and in the other, and deleted beside', () => {
  const both: Ops = [put('a'), { deleteRange: { key: 'b', end: 'c' } }]
  expect(() => check({ success: both, failure: both })).not.toThrow()
})

it('refuses what is to be kept and given', () => {
  const asked = (fields: Parameters<typeof PutRequest.encode>[0]) => PutRequest.decode(PutRequest.encode(fields))
  expect(() => checkPut(asked({ key: 'a', ignoreValue: true, value: Buffer.from('x') }))).toThrow('value is provided')
  expect(() => checkPut(asked({ key: 'a', ignoreLease: true, lease: 7n }))).toThrow('lease is provided')
  expect(() => checkPut(asked({ key: 'a', ignoreLease: true, ignoreValue: true }))).not.toThrow()
})
