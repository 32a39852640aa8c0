// node bench/items/wire.mjs: a daemon on lib/wire alone that does the same as naive.mjs.
import { Escapement } from 'deadbeat'
import { PublishServer, RequestServer } from 'deadbeat/wire'

const esc = Escapement.instance
const values = new Map([['bench.value', { value: 7, time: 1795294147.5 }]])
const publisher = new PublishServer({ esc })
const server = new RequestServer({
  esc,
  handle({ type, target, value }) {
    if (type === 'GET') {
      const held = values.get(target)
      if (held === undefined) throw new Error(`there is no ${target}`)
      return held
    }
    values.set(target, { value, time: Date.now() / 1000 })
    publisher.publish(target, values.get(target))
    if (target === 'bench.burst') {
      for (let i = 0; i < value; i++) publisher.publish('bench.value', { value: i, time: Date.now() / 1000 })
    }
    return { value: true }
  },
})
await server.start()
await publisher.start()
process.stdout.write(`${JSON.stringify({ requests: server.port, publications: publisher.port })}\n`)
