// node bench/broker/bare.mjs PORT COUNT: the smallest correct program on the client of NATS. It publishes with 1000
// messages under way at once, whose answers come to one inbox, and pulls up to 2000 messages, each of which it
// acknowledges. Its own calls for JetStream cost more (jetstream.mjs).
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, createInbox } from '@nats-io/transport-node'
import { Arrived, make, rows } from './work.mjs'

const [, , port, count] = process.argv
const UNDER_WAY = 1000
const ASKED = 2000

const link = () => connect({ servers: [`127.0.0.1:${port}`] })
const [publisher, consumer] = await Promise.all([link(), link()])

async function publish(stream, messages) {
  let [next, stored] = [0, 0]
  const reply = createInbox()
  await new Promise((resolve, reject) => {
    const publishOne = () => publisher.publish(stream, make(next++), { reply })
    const subscription = publisher.subscribe(reply, {
      callback: (error, message) => {
        const answer = error === null ? message.json() : { error }
        if (answer.stream !== stream) reject(new Error(`a message is not stored: ${JSON.stringify(answer)}`))
        else if (++stored === messages) resolve(subscription.unsubscribe())
        else if (next < messages) publishOne()
      },
    })
    while (next < Math.min(UNDER_WAY, messages)) publishOne()
  })
}

async function consume(stream, messages) {
  const arrived = new Arrived()
  const reply = createInbox()
  let asked = 0
  await new Promise((resolve, reject) => {
    const ask = () => {
      const batch = ASKED - asked
      asked += batch
      const request = JSON.stringify({ batch, expires: 60_000_000_000 })
      consumer.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.bench`, request, { reply })
    }
    const subscription = consumer.subscribe(reply, {
      callback: (error, message) => {
        if (error !== null || message.subject === reply)
          return reject(error ?? new Error(`no messages: ${message.headers?.description}`))
        arrived.add(message.string())
        consumer.publish(message.reply, '+ACK')
        if (arrived.count === messages) return resolve(subscription.unsubscribe())
        if (--asked <= ASKED / 2) ask()
      },
    })
    ask()
  })
  await consumer.flush()
  return arrived
}

const result = await rows(await jetstreamManager(publisher), Number(count), { publish, consume })
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
