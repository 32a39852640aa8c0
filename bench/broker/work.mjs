// What the figure `broker` moves, the same for whoever moves it: numbered messages of 200 bytes.
const BYTES = 200

export const make = (n) => `${n} `.padEnd(BYTES, '.')

/** What has arrived. */
export class Arrived {
  count = 0
  sum = 0
  isInOrder = true
  #last = -1

  add(text) {
    const n = Number.parseInt(text, 10)
    if (text.length !== BYTES) throw new Error(`a message must have ${BYTES} characters: it has ${text.length}`)
    this.count += 1
    this.sum += n
    this.isInOrder &&= n === this.#last + 1
    this.#last = n
  }

  get output() {
    const { count, sum, isInOrder } = this
    return { count, sum, isInOrder }
  }
}

/** A stream in a file with a consumer of its own: made, filled and emptied by `rows`, and taken away again. */
async function withStream(manager, name, work) {
  await manager.streams.add({ name, subjects: [name] })
  await manager.consumers.add(name, { durable_name: 'bench', ack_policy: 'explicit', max_ack_pending: -1 })
  try {
    const result = await work(name)
    const { num_pending, num_ack_pending } = await manager.consumers.info(name, 'bench')
    const { state } = await manager.streams.info(name)
    return { ...result, server: { stored: state.messages, toGive: num_pending, toAcknowledge: num_ack_pending } }
  } finally {
    await manager.streams.delete(name)
  }
}

/**
 * The rows, in ns a message: publish until the last one is stored, consume until the last one is acknowledged, and both at
 * once. `publish(stream, count)` resolves when all are stored; `consume(stream, count)` with what arrived, when the server
 * has all acknowledgements.
 */
export async function rows(manager, count, { publish, consume }) {
  const costs = {}
  const outputs = []
  const timed = async (name, messages, job) => {
    const start = process.hrtime.bigint()
    const result = await job()
    costs[name] = Number(process.hrtime.bigint() - start) / messages
    return result
  }
  // Once unmeasured, until all of it is compiled.
  for (const [pass, messages] of [count / 5, count].map(Math.ceil).entries()) {
    const apart = await withStream(manager, `APART${process.pid}${pass}`, async (stream) => {
      await timed('publish', messages, () => publish(stream, messages))
      return (await timed('consume', messages, () => consume(stream, messages))).output
    })
    const through = await withStream(manager, `THROUGH${process.pid}${pass}`, (stream) =>
      timed('through', messages, async () => {
        const [arrived] = await Promise.all([consume(stream, messages), publish(stream, messages)])
        return arrived.output
      }),
    )
    outputs.splice(0, 2, apart, through)
  }
  return { costs, outputs }
}
