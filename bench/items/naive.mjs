// node bench/items/naive.mjs: the smallest correct daemon on the same library. It acknowledges and answers, and publishes as many values as
// a SET of `bench.burst` says. It tells its two ports on its first line.
import { Publisher, Router } from 'zeromq'

const router = new Router({ linger: 0, sendHighWaterMark: 0 })
const publisher = new Publisher({ linger: 0, sendHighWaterMark: 0 })
await router.bind('tcp://127.0.0.1:0')
await publisher.bind('tcp://127.0.0.1:0')
const portOf = ({ lastEndpoint }) => Number(lastEndpoint.split(':').at(-1))
process.stdout.write(`${JSON.stringify({ requests: portOf(router), publications: portOf(publisher) })}\n`)

const values = new Map([['bench.value', { value: 7, time: 1795294147.5 }]])

for await (const [identity, version, id, type, targetFrame, , json] of router) {
  const target = targetFrame.toString()
  await router.send([identity, 'a', id, 'ACK', '', '', ''])
  const reply = (payload) => router.send([identity, 'a', id, 'REP', target, '', JSON.stringify(payload)])
  if (version.toString() !== 'a') continue
  if (type.toString() === 'GET') {
    await reply(values.get(target) ?? { error: { type: 'KeyError', text: `there is no ${target}` } })
    continue
  }
  const { value } = JSON.parse(json.toString())
  values.set(target, { value, time: Date.now() / 1000 })
  await publisher.send([`${target}.`, 'a', JSON.stringify(values.get(target))])
  await reply({ value: true })
  if (target === 'bench.burst') {
    for (let i = 0; i < value; i++) {
      await publisher.send(['bench.value.', 'a', JSON.stringify({ value: i, time: Date.now() / 1000 })])
    }
  }
}
