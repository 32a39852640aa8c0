// node bench/kv/ours.mjs etcd|file|memory WHERE COUNT: our own transactions, as a user writes them.
import { openKv } from 'deadbeat/kv'
import { alone, eventNs, inTurn, tell, together, transactions, VALUE } from './rows.mjs'

const [, , store, where, countText] = process.argv
const count = Number(countText)
const kv = openKv({ etcd: `etcd://${where}`, file: `file:${where}`, memory: 'memory:' }[store])

const create = (path) => kv.transact((txn) => txn.create(path, VALUE))
const get = (path) => kv.transact((txn) => txn.get(path))
const change = (path) =>
  kv.transact(async (txn) => {
    const value = await txn.get(path)
    await txn.update(path, value ?? VALUE)
  })
const put = (path, value) => kv.put(path, value)

async function watch(hear) {
  const events = kv.watch('/bench/watched')
  await events.ready
  void (async () => {
    for await (const event of events) hear(event)
  })()
}

if (store === 'etcd')
  tell({ ...(await transactions(count, { create, get, change })), event: await eventNs(count, watch, put) })
if (store === 'file') {
  const key = (i) => put(`/bench/key-${i % 1000}`, VALUE)
  tell({ alone: await alone(count, key), together: await together(count * 8, key) })
}
if (store === 'memory') {
  await kv.put('/bench/one', VALUE)
  // What counts is the rate that lasts. None are done at once before: from ten thousand V8 learns that what a transaction
  // makes lives long, and makes it so for a while.
  await inTurn(count, () => change('/bench/one'))
  tell({ memory: await inTurn(count, () => change('/bench/one')) })
}
