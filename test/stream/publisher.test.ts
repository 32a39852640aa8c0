import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { Refused } from '../../lib/net/batch-sender.js'
import { Publisher, type Publication } from '../../lib/stream/publisher.js'
import { FakeNats } from '../support/fake-nats.js'

const publication = (text: string, id: string | null = null): Publication => ({
  subject: 's',
  payload: Buffer.from(text),
  id,
})

function start() {
  const clock = new ManualClock()
  const nats = new FakeNats()
  let isClosed = false
  const publisher = new Publisher(new Escapement({ clock }), 'a:1', { requestMs: 100 }, () => (isClosed = true))
  publisher.connected(nats.link)
  const answer = (place: number, body: object = { stream: 'S', seq: 1 }) =>
    nats.hear(nats.published[place]?.reply ?? '', JSON.stringify(body))
  return { clock, nats, publisher, answer, hasClosed: () => isClosed }
}

test('a batch is through once each of it was answered, in any order', async () => {
  const { publisher, answer, nats } = start()
  const sent = publisher.send([publication('one', 'i1'), publication('two')])
  expect(nats.published.map(({ payload, id }) => [payload, id])).toEqual([
    ['one', 'i1'],
    ['two', null],
  ])
  answer(1)
  answer(0, { stream: 'S', seq: 2, duplicate: true })
  await sent
  expect(publisher.duplicates).toBe(1)
})

test('waits for a connection', async () => {
  const { publisher, answer, nats } = start()
  publisher.lost(new Error('gone'))
  const sent = publisher.send([publication('one')])
  expect(nats.published).toEqual([])
  publisher.connected(nats.link)
  await Promise.resolve()
  answer(0)
  await sent
})

test('what was stored is not sent again when another one failed', async () => {
  const { publisher, answer, nats } = start()
  const batch = [publication('one'), publication('two')]
  const sent = publisher.send(batch)
  answer(0)
  answer(1, { error: { err_code: 10077, description: 'maximum messages exceeded' } })
  await expect(sent).rejects.toThrow('maximum messages exceeded (10077)')
  const again = publisher.send(batch)
  expect(nats.published.map(({ payload }) => payload)).toEqual(['one', 'two', 'two'])
  answer(1) // Of the round before: nobody's business.
  answer(2)
  await again
  await publisher.send(batch) // All of it is stored.
})

test('fails when an answer takes too long, the connection breaks, or no stream takes it', async () => {
  const { publisher, clock, nats } = start()
  const late = publisher.send([publication('one')])
  clock.advance(100)
  await expect(late).rejects.toThrow('1 of 1 messages were not acknowledged within requestMs (100 ms)')
  const lost = publisher.send([publication('one')])
  publisher.lost(new Error('gone'))
  await expect(lost).rejects.toThrow('gone')
  publisher.connected(nats.link)
  const nowhere = publisher.send([publication('one')])
  nats.hear(nats.published.at(-1)?.reply ?? '', '', { code: 503 })
  await expect(nowhere).rejects.toThrow('no stream takes s')
})

test('says which are refused for good', async () => {
  const { publisher, answer, nats } = start()
  nats.failNext = new Error('max_payload size exceeded')
  const sent = publisher.send([publication('huge'), publication('fine'), publication('large')])
  answer(0)
  answer(1, { error: { err_code: 10054, description: 'message size exceeds maximum allowed' } })
  const error = await sent.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Refused)
  expect((error as Refused).places).toEqual([0, 2])
})

test('lets go', () => {
  const { publisher, hasClosed } = start()
  publisher.close()
  expect(hasClosed()).toBe(true)
})
