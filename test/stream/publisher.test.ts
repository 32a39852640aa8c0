import { expect, test } from '@jest/globals'
import { Escapement, ManualClock } from '../../lib/movement/index.js'
import { Publisher, type PublisherOptions } from '../../lib/stream/publisher.js'
import { FakeNats } from '../support/fake-nats.js'
import { turn } from '../support/supplied.js'

const STORED = { stream: 'S', seq: 1 }
const FULL = { error: { err_code: 10077, description: 'maximum messages exceeded' } }
const OUT_OF_ORDER = { error: { err_code: 10070, description: 'wrong last msg ID: i' } }
const TOO_LARGE = { error: { err_code: 10054, description: 'message size exceeds maximum allowed' } }

function start(options: Partial<PublisherOptions> = {}, replicas = 1) {
  const clock = new ManualClock()
  const nats = new FakeNats()
  const log: string[] = []
  const write = (level: string) => (_: object, message: string) => log.push(`${level}: ${message}`)
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const failures: string[] = []
  let told = 0
  const publisher = new Publisher(
    new Escapement({ clock }),
    logger,
    'a:1',
    {
      ...{ windowMax: 4, windowBytes: 100, bufferMax: 20, requestMs: 100, whenRefused: 'stop' },
      ...{ retryMs: 10, retryMaxMs: 10, retriesMax: null, ...options },
    } as const,
    { flushed: () => (told = publisher.flushed), failed: ({ message }) => failures.push(message) },
  )
  publisher.open()
  publisher.connected(nats.link, replicas)
  /** Each of these texts as a message, with `i` and itself as its id. */
  const append = async (...texts: string[]) => {
    for (const text of texts) publisher.append({ subject: 's', payload: Buffer.from(text), id: `i${text}` })
    await turn()
  }
  /** Answer what was published as the so manieth. */
  const answer = async (places: readonly number[], body: object = STORED) => {
    for (const place of places) nats.hear(nats.published[place]?.reply ?? '', JSON.stringify(body))
    await turn()
  }
  const sent = () => nats.published.map(({ payload }) => payload).join('')
  /** What each that was sent follows. */
  const follows = () => nats.published.map(({ follows }) => follows?.slice(1) ?? '-').join('')
  const retry = async () => {
    clock.advance(10)
    await turn()
  }
  return { clock, nats, publisher, log, failures, append, answer, sent, follows, retry, told: () => told }
}

test('sends in order while there is room, and is through in order, whatever the order of the answers', async () => {
  const { publisher, append, answer, sent, nats, told } = start()
  await append('a', 'b', 'c', 'd', 'e', 'f')
  expect([sent(), nats.published[0]?.id, publisher.position(), publisher.waiting]).toEqual(['abcd', 'ia', 6, 6])
  await answer([2, 1], { ...STORED, duplicate: true })
  expect([sent(), publisher.flushed, publisher.duplicates]).toEqual(['abcdef', 0, 2])
  await answer([0])
  expect([publisher.flushed, told()]).toEqual([3, 3])
  await answer([4, 3, 5])
  expect([publisher.flushed, told(), publisher.full()]).toEqual([6, 6, false])
})

test('a full window goes on when a quarter of it is free', async () => {
  const { append, answer, sent } = start({ windowMax: 8 })
  await append(...'abcdefghijkl'.split(''))
  await answer([0])
  expect(sent()).toBe('abcdefgh')
  await answer([1])
  expect(sent()).toBe('abcdefghij')
})

test('a window counts characters too, and what is longer goes alone', async () => {
  const { append, answer, sent } = start({ windowBytes: 8 })
  await append('aaa', 'bbb', 'ccccccccc', 'd')
  expect(sent()).toBe('aaabbb')
  await answer([0])
  expect(sent()).toBe('aaabbb')
  await answer([1])
  expect(sent()).toBe('aaabbbccccccccc')
  await answer([2])
  expect(sent()).toBe('aaabbbcccccccccd')
})

test('nor does it go on while most of its characters are under way', async () => {
  const { append, answer, sent } = start({ windowBytes: 10 })
  await append('a', 'bbbbbbb', 'c')
  await answer([0])
  expect(sent()).toBe('abbbbbbb')
  await answer([1])
  expect(sent()).toBe('abbbbbbbc')
})

test('the train waits while too much is not over', async () => {
  const { publisher, append, answer } = start({ windowMax: 1 })
  await append('a'.repeat(10))
  expect(publisher.full()).toBe(false)
  await append('b'.repeat(10))
  expect(publisher.full()).toBe(true)
  await answer([0])
  expect(publisher.full()).toBe(false)
})

test('nor does more wait than two windows have room for, so that a check-point is never far away', async () => {
  const { publisher, append, answer } = start({ windowMax: 2, bufferMax: 1000 })
  await append('a', 'b', 'c', 'd')
  expect(publisher.full()).toBe(false)
  await append('e')
  expect(publisher.full()).toBe(true)
  await answer([0])
  expect(publisher.full()).toBe(false)
})

test('what was stored is not sent again when another one failed, and nothing new before that is', async () => {
  const { append, answer, sent, retry, publisher, log } = start()
  await append('a', 'b', 'c', 'd', 'e')
  await answer([0, 2])
  await answer([1], FULL)
  expect(sent()).toBe('abcde') // There was room for it before the failure was known.
  await answer([3], FULL)
  await answer([4])
  expect([sent(), publisher.flushed]).toEqual(['abcde', 1])
  await append('f')
  expect([sent(), log]).toEqual([
    'abcde',
    ['warn: cannot send to a:1: maximum messages exceeded (10077); it is tried again'],
  ])
  await retry()
  expect(sent()).toBe('abcdebdf')
  await answer([1]) // Of the round before: nobody's business.
  expect(publisher.flushed).toBe(1)
  await answer([5])
  expect([publisher.flushed, log.length]).toEqual([3, 1])
  await answer([6, 7])
  expect([publisher.flushed, log[1]]).toEqual([6, 'info: a:1 takes data again'])
})

describe('the order of what is under way', () => {
  it('is kept by each naming the one before it, and the first, before which all is stored, none', async () => {
    const { publisher, append, answer, follows } = start()
    await append('a', 'b', 'c')
    await answer([0, 1])
    await append('d')
    await answer([2, 3])
    await append('e')
    publisher.append({ subject: 's', payload: Buffer.from('x'), id: null })
    await append('f')
    expect(follows()).toBe('-abc-e-') // What has no id can't be named.
  })

  it('holds when one fails: what was sent behind it is not stored either, and all goes again, once', async () => {
    const { append, answer, sent, follows, retry, publisher, log } = start()
    await append('a', 'b', 'c', 'd')
    await answer([0])
    await answer([1], FULL)
    await answer([2, 3], OUT_OF_ORDER)
    expect([sent(), publisher.flushed]).toEqual(['abcd', 1])
    await retry()
    expect([sent(), follows()]).toEqual(['abcdbcd', '-abc-bc'])
    await answer([4, 5, 6])
    expect([publisher.flushed, log.length, log[0]]).toEqual([
      ...[4, 2, 'warn: cannot send to a:1: maximum messages exceeded (10077); it is tried again'],
    ])
  })

  it('holds when the answer to one is lost, or it was dropped', async () => {
    const { append, answer, sent, follows, retry, clock, log } = start({ whenRefused: 'drop' })
    await append('a', 'b', 'c')
    await answer([0])
    await answer([2], OUT_OF_ORDER)
    await append('d') // Nothing more goes before that is answered for, or given up.
    clock.advance(100)
    await turn()
    await retry()
    expect([sent(), follows()]).toEqual(['abcbcd', '-ab-bc'])
    await answer([3], TOO_LARGE)
    await answer([4, 5], OUT_OF_ORDER)
    expect([sent(), follows()]).toEqual(['abcbcdcd', '-ab-bc-c'])
    await answer([6])
    await answer([7], OUT_OF_ORDER) // For none that was dropped.
    expect([sent(), log.at(-1)]).toEqual(['abcbcdcdd', expect.stringContaining('others write to the stream, too')])
  })

  it('is not asked for where others write to the stream, too: what they came before goes at once, and the log tells it', async () => {
    const { append, answer, sent, follows, clock, log } = start({ requestMs: 60_000 })
    await append('a', 'b', 'c')
    await answer([0])
    await answer([1, 2], OUT_OF_ORDER)
    expect([sent(), follows()]).toEqual(['abcbc', '-ab--'])
    clock.advance(9999)
    await answer([3])
    await append('d')
    clock.advance(1)
    await append('e')
    expect(follows()).toBe('-ab---d')
    await answer([4, 5])
    await answer([6], OUT_OF_ORDER)
    expect([sent(), log]).toEqual(['abcbcdee', [expect.stringMatching(/^info: a:1: others write to the stream, too/)]])
  })

  it('is not asked for of a stream with more than one replica', async () => {
    const { append, follows } = start({}, 3)
    await append('a', 'b')
    expect(follows()).toBe('--')
  })
})

test('waits for the answers to all that is under way before it tries again', async () => {
  const { append, answer, sent, retry } = start()
  await append('a', 'b')
  await answer([0, 0], FULL)
  await retry()
  expect(sent()).toBe('ab')
  await answer([1])
  await retry()
  expect(sent()).toBe('aba')
})

test('sends again what was not answered for in time, or over a connection that broke', async () => {
  const { append, answer, sent, retry, clock, publisher, log, nats } = start()
  await append('a', 'b')
  clock.advance(99)
  await answer([0])
  clock.advance(1)
  await answer([1]) // Too late.
  await retry()
  expect(log[0]).toBe(
    'warn: cannot send to a:1: 1 messages were not acknowledged within requestMs (100 ms); it is tried again',
  )
  expect([sent(), publisher.flushed]).toEqual(['abb', 1])
  await answer([1, 1]) // Too late.
  expect(publisher.flushed).toBe(1)
  publisher.lost(new Error('gone'))
  await turn()
  await retry()
  expect(sent()).toBe('abb')
  publisher.connected(nats.link, 1)
  expect(sent()).toBe('abbb')
  await answer([3])
  expect([publisher.flushed, log.length]).toEqual([2, 3])
})

test('while all is answered for in time, nothing is late', async () => {
  const { append, answer, clock, log, publisher } = start()
  await append('a')
  clock.advance(60)
  await append('b')
  await answer([0])
  clock.advance(60)
  await answer([1])
  await append('c')
  clock.advance(90)
  await answer([2])
  clock.advance(1000)
  expect([publisher.flushed, log]).toEqual([3, []])
  await append('d')
  clock.advance(60)
  await append('e')
  await answer([3])
  clock.advance(140)
  await turn()
  expect(log).toHaveLength(1)
})

test('a connection that breaks with nothing under way is no failure, and one that is closed takes nothing', async () => {
  const { append, sent, publisher, nats, log } = start()
  publisher.lost(new Error('gone'))
  await append('a')
  publisher.connected(nats.link, 1)
  expect([sent(), log]).toEqual(['a', []])
  nats.isClosed = true
  await append('b')
  expect([sent(), publisher.refused]).toEqual(['a', 0])
})

test('what is refused for good stops the train, and nothing is sent any more', async () => {
  const { append, answer, failures, publisher, sent } = start({ windowMax: 2 })
  await append('a', 'b', 'c')
  await answer([1], TOO_LARGE)
  expect(failures).toEqual([
    'a:1 refused a message: message size exceeds maximum allowed (10054); it is not acknowledged',
  ])
  await answer([0])
  expect([publisher.flushed, publisher.full(), sent()]).toEqual([0, true, 'ab'])
  await publisher.close()
})

test('what is refused for good may be dropped, and is told; others go on', async () => {
  const { append, answer, nats, publisher, log, failures } = start({ whenRefused: 'drop', windowMax: 8 })
  nats.failNext = new Error('max_payload size exceeded')
  await append('huge', 'a', 'b', 'c')
  await answer([1, 2], TOO_LARGE)
  await answer([0])
  expect([publisher.flushed, publisher.refused, failures]).toEqual([4, 3, []])
  expect(log).toEqual([
    'error: a:1 refused a message: max_payload size exceeded; dropped',
    'error: a:1 refused 2 messages: message size exceeds maximum allowed (10054); dropped',
  ])
})

test('gives up after so many tries in a row', async () => {
  const { append, answer, retry, failures, publisher } = start({ retriesMax: 1 })
  await append('a')
  await answer([0], FULL)
  await retry()
  await answer([1], FULL)
  expect(failures).toEqual([
    'cannot send to a:1, after 2 tries: maximum messages exceeded (10077); 1 messages were not sent and are not acknowledged',
  ])
  await publisher.close()
})

test('a subscription that is refused is a failure', async () => {
  const { append, nats, log } = start()
  await append('a')
  nats.break(new Error('not allowed'))
  await turn()
  expect(log).toEqual(['warn: cannot send to a:1: not allowed; it is tried again'])
})

test('ends once all is stored, and lets go of what is not', async () => {
  const { append, answer, publisher, clock, log } = start()
  await append('a')
  let isClosed = false
  const closed = publisher.close().then(() => (isClosed = true))
  await turn()
  expect(isClosed).toBe(false)
  await answer([0])
  await closed
  await append('b')
  publisher.release()
  publisher.lost(new Error('gone'))
  await turn()
  clock.advance(1000)
  expect(log).toEqual([])
})
