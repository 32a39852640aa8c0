// node bench/items/client.mjs REQUESTS PUBLICATIONS COUNT: a client of raw frames, the same for every daemon. ns a request and a publication.
import { Dealer, Subscriber } from 'zeromq'

const [, , requests, publications, countText] = process.argv
const count = Number(countText)
const dealer = new Dealer({ linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 })
dealer.connect(`tcp://127.0.0.1:${requests}`)
const subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 0 })
subscriber.connect(`tcp://127.0.0.1:${publications}`)

let last = 0
const get = () => ['a', String(++last), 'GET', 'bench.value', '', '']
const set = (target = 'bench.other', value = last) => ['a', String(++last), 'SET', target, '', `{"value": ${value}}`]

/** So many requests, so many of them under way; how many ACKs and good answers came. */
async function ask(many, inFlight, make) {
  let [sent, answered, acknowledged, good] = [0, 0, 0, 0]
  while (sent < Math.min(many, inFlight)) {
    await dealer.send(make())
    sent += 1
  }
  while (answered < many || acknowledged < many) {
    const [, , type, , , json] = await dealer.receive()
    if (type.toString() === 'ACK') {
      acknowledged += 1
      continue
    }
    answered += 1
    if (json.includes('"value"')) good += 1
    if (sent >= many) continue
    sent += 1
    await dealer.send(make())
  }
  return good
}

async function timed(many, job) {
  const start = process.hrtime.bigint()
  const good = await job()
  return { ns: Number(process.hrtime.bigint() - start) / many, good }
}

/** Have so many values published, and hear them all. */
async function hear(many) {
  await dealer.send(set('bench.burst', many))
  for (let heard = 0; heard < many; heard++) await subscriber.receive()
  for (let frames = 0; frames < 2; frames++) await dealer.receive()
  return many
}

await ask(2000, 64, get)
await ask(2000, 64, set)
subscriber.subscribe('bench.value.')
await ask(500, 1, get) // Meanwhile the daemon hears of the subscription.
await hear(5000)

const rows = {}
const outputs = []
for (const [name, many, job] of [
  ['get', count, () => ask(count, 1, get)],
  ['get64', count * 4, () => ask(count * 4, 64, get)],
  ['set', count, () => ask(count, 1, () => set())],
  ['publish', count * 4, () => hear(count * 4)],
]) {
  const { ns, good } = await timed(many, job)
  rows[name] = ns
  outputs.push(good)
}
process.stdout.write(`${JSON.stringify({ rows, outputs })}\n`, () => process.exit(0))
