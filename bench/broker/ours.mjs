// node bench/broker/ours.mjs PORT COUNT: two trains, as a user builds them, with the settings that they have by default.
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { Drain, Escapement, Supply, Train } from 'deadbeat'
import { JetStreamDrain } from 'deadbeat/cogs/jetstream-drain'
import { JetStreamSupply } from 'deadbeat/cogs/jetstream-supply'
import { Arrived, make, rows } from './work.mjs'

const [, , port, count] = process.argv
const servers = [`127.0.0.1:${port}`]
const CHUNK = 256

/** Numbered messages, as fast as the train takes them. */
class Numbers extends Supply {
  #next = 0
  #acknowledged = 0

  start() {
    this.#putSome()
  }

  finish() {}

  resume() {
    super.resume()
    this.#putSome()
  }

  acknowledge(ticket) {
    this.#acknowledged += ticket.count
    if (this.#acknowledged === this.options.messages) this.options.whenStored()
  }

  #putSome() {
    const { messages } = this.options
    while (!this.paused && this.#next < messages) {
      const end = Math.min(messages, this.#next + CHUNK)
      const ticket = this.open(null, end - this.#next)
      this.begin(ticket)
      while (this.#next < end) this.put(make(this.#next++))
      this.end(ticket)
    }
  }
}

/** Takes what arrives; all of it is over at once. */
class Count extends Drain {
  arrived = new Arrived()

  take(text) {
    this.arrived.add(text)
    if (this.arrived.count === this.options.messages) this.options.whenAll()
  }

  position() {
    return this.arrived.count
  }

  get flushed() {
    return this.arrived.count
  }
}

async function publish(stream, messages) {
  const train = new Train(Escapement.instance)
  await new Promise((whenStored, reject) => {
    train.line(
      new Numbers(train, { messages, whenStored }),
      new JetStreamDrain(train, { stream, subject: stream, servers }),
    )
    train.run({ signals: false }).catch(reject)
  })
  await train.stop()
}

async function consume(stream, messages) {
  const train = new Train(Escapement.instance)
  let drain
  await new Promise((whenAll, reject) => {
    drain = new Count(train, { messages, whenAll })
    train.line(new JetStreamSupply(train, { stream, consumer: 'bench', servers }), drain)
    train.run({ signals: false }).catch(reject)
  })
  await train.stop() // What is over is acknowledged before its connection ends.
  return drain.arrived
}

const nc = await connect({ servers })
const result = await rows(await jetstreamManager(nc), Number(count), { publish, consume })
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
