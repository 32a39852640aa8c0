import type { Body } from '../../../lib/wire/frames/encode.js'
import type { Payload } from '../../../lib/wire/frames/message.js'
import { sendStream, STREAM_WINDOW, StreamCredit } from '../../../lib/wire/request/stream-out.js'

const aTurn = () => new Promise((resolve) => setImmediate(resolve))

function start(payloads: AsyncIterable<Payload>, isHeard: () => boolean = () => true) {
  const sent: string[] = []
  const credit = new StreamCredit()
  const send = (body: Body) => {
    sent.push(body.json)
    return Promise.resolve(isHeard())
  }
  const work = { isOver: false, isAborted: false }
  return { sent, credit, work, end: sendStream(work as never, payloads, credit, send) }
}

async function* numbers(count: number): AsyncGenerator<Payload> {
  for (let value = 0; value < count; value++) {
    await Promise.resolve()
    yield { value }
  }
}

test('each is numbered and says that more follow, but for the last', async () => {
  const { sent, end } = start(numbers(2))
  expect(await end).toEqual({ seq: 2 })
  expect(sent).toEqual(['{"value":0,"seq":0,"more":true}', '{"value":1,"seq":1,"more":true}'])
})

test('no more are sent than there is room for', async () => {
  const { sent, credit, end } = start(numbers(200))
  await aTurn()
  expect(sent).toHaveLength(STREAM_WINDOW)
  credit.add(10)
  await aTurn()
  expect(sent).toHaveLength(STREAM_WINDOW + 10)
  credit.stop()
  await end
})

test('nobody gets more room than there is', async () => {
  const { sent, credit, end } = start(numbers(1000))
  await aTurn()
  credit.add(1e9)
  await aTurn()
  expect(sent).toHaveLength(2 * STREAM_WINDOW)
  credit.stop()
  await end
})

test('the generator is ended when nobody hears it any more', async () => {
  let isEnded = false
  async function* endless(): AsyncGenerator<Payload> {
    try {
      for (;;) {
        await Promise.resolve()
        yield { value: 1 }
      }
    } finally {
      isEnded = true
    }
  }
  const { work, sent, end } = start(endless(), () => {
    work.isAborted = sent.length >= 3
    return !work.isAborted
  })
  await end
  expect([isEnded, sent.length]).toEqual([true, 3])
})
