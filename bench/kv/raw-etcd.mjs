// node bench/kv/raw-etcd.mjs WHERE COUNT: the smallest program for the same with gRPC alone.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { eventNs, tell, transactions, VALUE } from './rows.mjs'

const require = createRequire(import.meta.url)
const grpc = require('@grpc/grpc-js')
const { loadSync } = createRequire(require.resolve('@grpc/grpc-js'))('@grpc/proto-loader')

const [, , where, countText] = process.argv
const count = Number(countText)
const proto = fileURLToPath(new URL('./raw.proto', import.meta.url))
const { etcdserverpb } = grpc.loadPackageDefinition(loadSync(proto, { keepCase: true, longs: String, arrays: true }))
const credentials = grpc.credentials.createInsecure()
const kv = new etcdserverpb.KV(where, credentials)
const watcher = new etcdserverpb.Watch(where, credentials)
const call = (method, request) =>
  new Promise((resolve, reject) => kv[method](request, (error, answer) => (error ? reject(error) : resolve(answer))))

const keyOf = (path) => Buffer.from(`${path.split('/').length - 1}${path}`)
const value = Buffer.from(VALUE)
const read = async (key) => (await call('Range', { key })).kvs[0]

async function commit(compare, key, bytes) {
  const { succeeded } = await call('Txn', { compare: [compare], success: [{ request_put: { key, value: bytes } }] })
  if (!succeeded) throw new Error('nobody else writes here')
}

async function create(path) {
  const key = keyOf(path)
  if ((await read(key)) !== undefined) throw new Error('it is new')
  await commit({ key, target: 'VERSION', result: 'EQUAL', version: 0 }, key, value)
}
const get = (path) => read(keyOf(path))
async function change(path) {
  const key = keyOf(path)
  const found = await read(key)
  await commit({ key, target: 'MOD', result: 'EQUAL', mod_revision: found.mod_revision }, key, found.value)
}
const put = (path, text) => call('Put', { key: keyOf(path), value: Buffer.from(text) })

function watch(hear) {
  const stream = watcher.Watch()
  return new Promise((resolve) => {
    stream.on('data', ({ created, events }) => {
      if (created) resolve()
      else for (const event of events) hear(event)
    })
    stream.write({ create_request: { key: keyOf('/bench/watched') } })
  })
}

tell({ ...(await transactions(count, { create, get, change })), event: await eventNs(count, watch, put) })
