import { expect, test } from '@jest/globals'
import { Supply, type Ticket } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf, ManualDrain } from '../../support/engine-kit.js'

class Messages extends Supply<string, { name: string }, number> {
  readonly told: number[] = []
  readonly ids: string[] = []

  start(): void {
    // Pushed by the test.
  }

  finish(): void {
    // Nothing is bound.
  }

  send(data: string, origin: number): Ticket<number> {
    return this.message(data, origin, 10)
  }

  /** A chunk with a line that gives nothing. */
  chunk(...data: (string | null)[]): Ticket<number> {
    const ticket = this.open(0, data.length)
    this.begin(ticket)
    for (const datum of data) {
      this.ids.push(this.nextId())
      if (datum === null) this.skip()
      else this.put(datum)
    }
    this.end(ticket)
    return ticket
  }

  close(): void {
    this.train.ended()
  }

  get id(): string {
    return this.nextId()
  }

  override acknowledge({ origin }: Ticket<number>): void {
    this.told.push(origin)
  }
}

async function start() {
  const { train } = testTrain()
  const supply = new Messages(train, { name: 'x' })
  const drain = new ManualDrain(train)
  lineOf(train.line, supply, drain)
  const running = train.run({ signals: false })
  await turnOfNode()
  const end = async (): Promise<void> => {
    supply.close()
    await running
  }
  return { train, supply, drain, end }
}

test('a message has an origin of its own, which is told when it is written', async () => {
  const { supply, drain, end } = await start()
  const ticket = supply.send('a', 41)
  supply.send('b', 42)
  expect([supply.told, ticket.isDone, ticket.bytes]).toEqual([[], false, 10])
  drain.flush(1)
  expect([supply.told, ticket.isDone]).toEqual([[41], true])
  drain.flush()
  expect(supply.told).toEqual([41, 42])
  await end()
})

test('a line that gives no datum is numbered all the same', async () => {
  const { supply, drain, end } = await start()
  const ticket = supply.chunk('a', null, 'b')
  expect([ticket.count, supply.ids]).toEqual([3, ['t0', 't1', 't2']])
  drain.flush()
  expect(drain.heard).toEqual(['t0', 't1', 't2'])
  await end()
})

test('the next id exists only within a passage', async () => {
  const { supply, end } = await start()
  expect(() => supply.id).toThrow('nextId() outside of a passage: call it between begin() and end()')
  await end()
})

test('to put before the train was started is refused by name', () => {
  const { train } = testTrain()
  const supply = new Messages(train, { name: 'x' })
  expect(() => supply.put('a')).toThrow('put() before the train was started, by Messages')
  expect(() => supply.lines('a')).toThrow('by Messages')
  expect(() => supply.send('a', 1)).toThrow('Messages is used before its train was started')
})

test('it knows whether it was asked to wait, and reads as its name with its options', () => {
  const supply = new Messages(testTrain().train, { name: 'x' })
  supply.pause()
  expect(supply.paused).toBe(true)
  supply.resume()
  expect(supply.paused).toBe(false)
  expect(String(supply)).toBe('Messages(name="x")')
})
