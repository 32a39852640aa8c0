// node bench/broker/jetstream.mjs PORT COUNT: the same by the calls for JetStream that the client of NATS has: 1000
// publications under way at once, and an iterator over messages, each of which is acknowledged.
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { Arrived, make, rows } from './work.mjs'

const [, , port, count] = process.argv
const UNDER_WAY = 1000

const link = () => connect({ servers: [`127.0.0.1:${port}`] })
const connections = await Promise.all([link(), link()])
const [publisher, consumer] = connections.map((nc) => jetstream(nc))

async function publish(stream, messages) {
  let next = 0
  const work = async () => {
    while (next < messages) await publisher.publish(stream, make(next++))
  }
  await Promise.all(Array.from({ length: UNDER_WAY }, work))
}

async function consume(stream, messages) {
  const arrived = new Arrived()
  const pulled = await (await consumer.consumers.get(stream, 'bench')).consume({ max_messages: 2000 })
  for await (const message of pulled) {
    arrived.add(message.string())
    message.ack()
    if (arrived.count === messages) break
  }
  await connections[1].flush()
  return arrived
}

const result = await rows(await jetstreamManager(connections[0]), Number(count), { publish, consume })
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
