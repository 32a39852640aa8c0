// node bench/kv/raw-lmdb.mjs WHERE COUNT: the smallest program for a durable commit on the bare store: read the revision
// and the key, keep the old row, write the new one and the revision.
import { createRequire } from 'node:module'
import { alone, tell, together, VALUE } from './rows.mjs'

const { open } = createRequire(import.meta.url)('lmdb')
const [, , where, countText] = process.argv
const count = Number(countText)
const store = open({ path: where, noSubdir: true, overlappingSync: false, encoding: 'binary' })
const history = store.openDB('history', { encoding: 'binary' })
const value = Buffer.from(VALUE)

function row(i) {
  const key = `key-${i % 1000}`
  const revision = Number(store.get('revision')?.toString() ?? 0) + 1
  const old = store.get(key)
  if (old !== undefined) void history.put([key, revision], old)
  void store.put(key, value)
  void store.put('revision', Buffer.from(`${revision}`))
}

const commit = async (i) => {
  await store.transaction(() => {
    row(i)
  })
  await store.flushed
}
tell({ alone: await alone(count, commit), together: await together(count * 8, commit) })
