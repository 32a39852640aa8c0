import { expect, test } from '@jest/globals'
import type { Train } from '../../../lib/movement/index.js'
import type { CheckDrain, Chunk } from '../../../lib/testing/check/ends.js'
import { EventBook, type BookOptions } from '../../../lib/testing/check/event-book.js'
import { Faults } from '../../../lib/testing/check/faults.js'
import { checkCog } from '../../../lib/testing/index.js'
import { ITEMS, type Item } from './cogs.js'

function start(options: Partial<BookOptions> = {}) {
  const faults = new Faults()
  const book = new EventBook({ faults, inputs: [], isListening: true, isRestored: false, cameOf: null, ...options })
  const drain = { flushed: 0, at: 0, position: () => drain.at }
  const take = (id: string, data: unknown = 'x') => {
    drain.at++
    book.taken(drain as unknown as CheckDrain, data, id)
  }
  return { book, drain, take, faults: faults.list }
}
const chunk = (acknowledged = 0): Chunk => ({ first: 0, acknowledged })

test('an event that ends once, when all of it is written, is no fault', () => {
  const { book, drain, take, faults } = start()
  book.put('t0', 0)
  take('t0')
  drain.flushed = 1
  book.done('t0')
  book.checkEnd([chunk(1)])
  expect(faults).toEqual([])
})

test('an end that comes twice, too early, or never is a fault', () => {
  const twice = start()
  twice.book.put('t0', 0)
  twice.book.done('t0')
  twice.book.done('t0')
  expect(twice.faults).toEqual(['lets an event end twice'])
  const early = start()
  early.take('t0')
  early.book.done('t0')
  expect(early.faults).toEqual(['lets an event end before all that came of it is written'])
  const never = start()
  never.book.put('t0', 0)
  never.book.checkEnd([])
  expect(never.faults).toEqual(['leaves 1 of 1 events without an end'])
})

test('where nobody listens no end is missed', () => {
  const { book, faults } = start({ isListening: false })
  book.put('t0', 0)
  book.checkEnd([chunk(1)])
  expect(faults).toEqual([])
})

test('what comes of an event that is over is a fault', () => {
  const { book, take, faults } = start()
  book.done('t0')
  take('t0', { n: 1 })
  expect(faults).toEqual(['gives {"n":1} of an event that is over already'])
})

test('one that lives on in another ends with that, and has no end of its own', () => {
  const { book, faults } = start()
  book.put('t0', 0)
  book.renamed('t0', 'tm1')
  book.done('tm1')
  book.checkEnd([])
  expect(faults).toEqual([])
  book.done('t0')
  expect(faults).toEqual(['lets an event end that lives on in another'])
})

test('what was skipped may end as often as it likes', () => {
  const { book, faults } = start()
  book.skipped('t0')
  book.done('t0')
  book.done('t0')
  expect(faults).toEqual([])
})

test('a chunk that is acknowledged twice or never is a fault', () => {
  const { book, faults } = start()
  book.acknowledged(chunk(2))
  book.checkEnd([chunk(0), chunk(1)])
  expect(faults).toEqual([
    'lets a chunk of inputs be acknowledged twice',
    'leaves 1 of 2 chunks of inputs unacknowledged at the end',
  ])
})

test('a chunk that is acknowledged before all of it is written, or of which something comes afterwards, is a fault', () => {
  const { book, take, drain, faults } = start()
  const early = chunk()
  book.journey = { ticket: { owner: {}, origin: early }, k: 0 } as never
  take('t0')
  book.acknowledged(early)
  expect(faults).toEqual(['lets inputs be acknowledged before all that came of them is written'])
  drain.flushed = 1
  take('t0', { n: 1 })
  expect(faults).toHaveLength(1)
  early.acknowledged = 1
  take('t0', { n: 1 })
  expect(faults[1]).toBe('gives {"n":1} of an input that was acknowledged already')
})

test('an event that ends while it is held or gathered is a fault', () => {
  const event = (k: number) => ({ up: { first: 5 }, k })
  const { book, faults } = start()
  book.journey = {
    ticket: null,
    inFlight: { holds: () => [{ event: event(1) }] },
    bundles: [{ events: [event(2)] }],
  } as never
  book.done('t5')
  expect(faults).toEqual([])
  book.done('t6')
  expect(faults).toEqual(['lets an event end that it still holds'])
  faults.length = 0
  book.done('t7')
  expect(faults).toEqual(['lets an event end that it still holds'])
})

test('what an event lives on in must be written, too', () => {
  const { book, take, faults } = start()
  take('tm1')
  book.renamed('t0', 'tm1')
  book.done('t0')
  expect(faults[0]).toBe('lets an event end before all that came of it is written')
})

test('ids follow each other', () => {
  expect(start().book.idAfter('tz', 1)).toBe('t10')
})

/** Does something to the train in the turn of the sixth datum. */
const meddling = (meddle: (train: Train) => void) => (train: Train) => (data: Item) => {
  if (data.n === 5) meddle(train)
  return [data]
}

test.each<[string, RegExp, (train: Train) => void]>([
  [
    'an end that is told too early',
    /before all that came of it is written|of an event that is over/,
    (train) => train.journey!.settlement.listeners?.eventDone(5),
  ],
  ['a chunk that is acknowledged too early', /acknowledged (already|twice|before)/, (train) => { const { owner, ...ticket } = train.journey!.ticket!; owner?.acknowledge(ticket as never) }], // prettier-ignore
  [
    'a chunk that is never over',
    /leaves 1 of \d chunks of inputs unacknowledged/,
    (train) => (train.journey!.ticket!.open += 1),
  ],
  [
    'an event that is never over',
    /leaves \d+ of 12 events without an end/,
    (train) => (train.journey!.ticket!.waits += 1),
  ],
])('%s is seen in a train, too', async (_name, message, meddle) => {
  await expect(checkCog(meddling(meddle), ITEMS, { seed: 8, runs: 1 })).rejects.toThrow(message)
})
