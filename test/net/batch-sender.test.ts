import { expect, test } from '@jest/globals'
import { BATCH_DEFAULTS, BatchSender, Refused, TooLarge } from '../../lib/net/batch-sender.js'
import { testTrain } from '../../lib/testing/index.js'
import { turn, until } from '../support/supplied.js'

// How it serves a drain is told by the tests of HttpDrain.
function start(answers: (Error | null)[], options: object = {}) {
  const { esc, clock, train, log } = testTrain()
  const sent: string[] = []
  const failures: string[] = []
  const channel = {
    ...{ name: 'peer', close: () => undefined },
    send: async (batch: readonly string[]) => {
      await turn()
      sent.push(batch.join(''))
      const answer = answers.shift() ?? null
      if (answer !== null) throw answer
    },
  }
  const target = { flushed: () => undefined, failed: ({ message }: Error) => failures.push(message) }
  const settings = { ...BATCH_DEFAULTS, batchMax: 4, ...options }
  const sender = new BatchSender<string>(esc, train.log, settings, channel, target, () => 1)
  sender.open()
  return {
    sender,
    clock,
    log,
    sent,
    failures,
    add: (...data: string[]) => data.forEach((one) => sender.append(one, 1)),
  }
}

test('tells a seal once everything before it is over', async () => {
  const { sender, add } = start([])
  const told: number[] = []
  sender.seal((at) => told.push(at))
  add('a', 'b')
  sender.seal((at) => told.push(at))
  add('c', 'd')
  await sender.close()
  expect(told).toEqual([0, 2])
})

test('halves what is too large until it is taken, and then sends large batches again', async () => {
  const { sender, add, sent } = start([new TooLarge('413'), new TooLarge('413')])
  add('a', 'b', 'c', 'd')
  await sender.close()
  expect([sent, sender.flushed]).toEqual([['abcd', 'ab', 'a', 'bcd'], 4])
})

test('a single datum that is too large is refused', async () => {
  const { sender, add, failures } = start([new TooLarge('413')])
  add('a')
  await sender.close()
  expect(failures).toEqual(['peer refused 1 of 1 data: 413; they are not acknowledged'])
})

test('goes on behind what was refused and dropped', async () => {
  const { sender, add, sent } = start([new Refused('no', { places: [0, 2] })], { whenRefused: 'drop' })
  add('a', 'b', 'c', 'd', 'e')
  await sender.close()
  expect([sent, sender.refused, sender.flushed]).toEqual([['abcd', 'e'], 2, 5])
})

test('gives up after so many tries', async () => {
  const { sender, add, failures, clock, log } = start([new Error('x'), new Error('x')], { retriesMax: 1, batchMax: 1 })
  add('a')
  await until(() => log.length === 1)
  clock.advance(1000)
  await sender.close()
  expect([failures, sender.full()]).toEqual([
    ['cannot send to peer, after 2 tries: x; 1 data were not sent and are not acknowledged'],
    true,
  ])
})
