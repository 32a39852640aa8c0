import { expect, test } from '@jest/globals'
import { Sender, SENDER_DEFAULTS, type Channel } from '../../lib/net/sender.js'
import { testTrain } from '../../lib/testing/index.js'
import { turn, until } from '../support/supplied.js'

/** A sender whose way out a test opens and closes. */
function start(options: object = {}, isJoining = true) {
  const { esc, clock, train, log } = testTrain()
  const sent: string[] = []
  const told: string[] = []
  let fails = 0
  const channel: Channel = {
    ...{ name: 'peer', isJoining, close: () => told.push('closed') },
    send: async (data) => {
      await turn()
      if (fails-- > 0) throw Object.assign(new Error('no way'), { code: 'EHOSTUNREACH' })
      sent.push(String(data))
    },
  }
  const target = { flushed: () => told.push('flushed'), failed: ({ message }: Error) => told.push(message) }
  const sender = new Sender(esc, train.log, { ...SENDER_DEFAULTS, ...options }, channel, target, () => 1)
  return { sender, clock, log, sent, told, fail: (count: number) => (fails = count) }
}

test('sends what came in one turn in one piece, and nothing before it is open', async () => {
  const { sender, sent } = start()
  sender.append('one\n')
  for (let i = 0; i < 5; i++) await turn()
  expect(sent).toEqual([])
  sender.open()
  sender.append('two\n')
  await sender.close()
  sender.append('three\n')
  await sender.close()
  expect(sent).toEqual(['one\ntwo\n', 'three\n'])
})

test('sends a piece that failed again before any other, and repeats none that was sent', async () => {
  const { sender, sent, clock, fail, log } = start({ retryMs: 100 }, false)
  sender.open()
  fail(2)
  sender.append('one')
  sender.append('two')
  await until(() => log.length === 1)
  clock.advance(100)
  await until(() => log.length === 2)
  clock.advance(199)
  for (let i = 0; i < 5; i++) await turn()
  expect(sent).toEqual([])
  clock.advance(1)
  await sender.close()
  expect(sent).toEqual(['one', 'two'])
  expect(log.map(({ level }) => level)).toEqual(['warn', 'debug', 'info'])
})

test('is full above its limit, and tells when there is room', async () => {
  const { sender, told } = start({ bufferMax: 3 })
  sender.open()
  sender.append('four')
  expect(sender.full()).toBe(true)
  await sender.close()
  expect([sender.full(), told]).toEqual([false, ['flushed']])
})

test('tries no more once it was let go', async () => {
  const { sender, clock, sent, told, fail, log } = start()
  sender.open()
  fail(1)
  sender.append('one')
  await until(() => log.length === 1)
  sender.release()
  clock.advance(60_000)
  for (let i = 0; i < 5; i++) await turn()
  expect([sent, told]).toEqual([[], ['closed']])
})

test('gives up after so many tries, stays full, and its end waits for nothing', async () => {
  const { sender, told, fail } = start({ retriesMax: 0 })
  sender.open()
  fail(9)
  sender.append('one')
  await sender.close()
  expect(told).toEqual([
    'cannot send to peer, after 1 tries: no way; 3 characters were not sent and are not acknowledged',
  ])
  expect(sender.full()).toBe(true)
})
