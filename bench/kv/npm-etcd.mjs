// node bench/kv/npm-etcd.mjs WHERE COUNT: the same with the client of the npm registry.
import { createRequire } from 'node:module'
import { eventNs, tell, transactions, VALUE } from './rows.mjs'

const { Etcd3 } = createRequire(new URL('../peers/package.json', import.meta.url))('etcd3')
const [, , where, countText] = process.argv
const etcd = new Etcd3({ hosts: `http://${where}` })

async function create(path) {
  if ((await etcd.get(path).string()) !== null) throw new Error('it is new')
  await etcd.if(path, 'Version', '==', 0).then(etcd.put(path).value(VALUE)).commit()
}
const get = (path) => etcd.get(path).string()
async function change(path) {
  const found = (await etcd.get(path).exec()).kvs[0]
  await etcd.if(path, 'Mod', '==', found.mod_revision).then(etcd.put(path).value(found.value)).commit()
}
const put = (path, text) => etcd.put(path).value(text)
const watch = async (hear) => void (await etcd.watch().key('/bench/watched').create()).on('put', hear)

const count = Number(countText)
tell({
  ...(await transactions(count, { create, get, change })),
  event: await eventNs(count, watch, (path, text) => put(path, text).exec()),
})
