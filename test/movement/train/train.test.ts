import { expect, jest, test } from '@jest/globals'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Cog, Escapement, ManualClock, silentLogger, Train, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, lineOf, ManualDrain, runTrain } from '../../support/engine-kit.js'

class Starts extends Cog<number, number, { name: string; book: string[] }> {
  override start(): void | Promise<void> {
    this.options.book.push(this.options.name)
  }

  turn(data: number): Turn<number> {
    return [data]
  }
}

function start() {
  const rig = testTrain()
  const book: string[] = []
  const supply = new TestSupply<number>(rig.train, {})
  supply.start = () => void book.push('supply')
  const cogs = ['a', 'b'].map((name) => new Starts(rig.train, { name, book }))
  const [a, b] = cogs as [Starts, Starts]
  lineOf(rig.train.line, supply, a, b, new DeafDrain(rig.train))
  return { ...rig, book, supply, a, b }
}

test('everybody starts from the drains to the supplies, each when the one before is ready', async () => {
  const { train, book, a, b, supply } = start()
  b.start = async () => {
    await turnOfNode()
    book.push('b')
  }
  const running = train.run({ signals: false })
  await turnOfNode()
  await turnOfNode()
  expect(book).toEqual(['b', 'a', 'supply'])
  expect(a).toBeDefined()
  supply.close()
  await running
})

test('a start that fails stops the train: who comes after it never starts, and run reports it', async () => {
  const { train, book, a } = start()
  a.start = () => {
    throw new Error('no port')
  }
  await expect(train.run({ signals: false })).rejects.toThrow('no port')
  expect(book).toEqual(['b'])
})

test('stop before run: nothing starts, and run comes back at once', async () => {
  const { train, book } = start()
  await train.stop()
  await train.run({ signals: false })
  expect(book).toEqual([])
})

test('stop while everybody starts: the rest never starts', async () => {
  const { train, book, b } = start()
  b.start = async () => {
    await turnOfNode()
  }
  const running = train.run({ signals: false })
  void train.stop()
  await running
  await turnOfNode()
  expect(book).toEqual([])
})

test('a train runs once', async () => {
  const { train, supply } = start()
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.close()
  await running
  await expect(train.run({ signals: false })).rejects.toThrow('run() twice: a train runs once, make another one')
})

test('a train runs until every supply has ended', async () => {
  const { train } = testTrain()
  const supplies = [new TestSupply<number>(train, {}), new TestSupply<number>(train, {})] as const
  for (const supply of supplies) lineOf(train.line, supply, new DeafDrain(train))
  let isOver = false
  const running = train.run({ signals: false }).then(() => (isOver = true))
  await turnOfNode()
  supplies[0].close()
  await turnOfNode()
  expect(isOver).toBe(false)
  supplies[1].close()
  expect(await running).toBe(true)
})

test('who can’t go on stops the train with its error', async () => {
  class Breaks extends TestSupply<number> {
    break(): void {
      this.train.fail(new Error('peer is gone'))
    }
  }
  const { train } = testTrain()
  const supply = new Breaks(train, {})
  lineOf(train.line, supply, new DeafDrain(train))
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  supply.break()
  await expect(running).rejects.toThrow('peer is gone')
})

test('a supply that throws when it is told stops the train, and others are told all the same', async () => {
  const { supply, running } = await runTrain(() => [() => null])
  const told = jest.fn(() => {
    throw new Error('no disk')
  })
  supply.acknowledge = told
  supply.push(1)
  await expect(running).rejects.toThrow('no disk')
  expect(told).toHaveBeenCalledTimes(1)
})

test('who throws when it hears of an end stops the train', async () => {
  const { supply, drain, running } = await runTrain(() => [() => null])
  drain.eventDone = () => {
    throw new Error('no ear')
  }
  supply.push(1)
  await expect(running).rejects.toThrow('no ear')
})

test('notify calls a method on everybody who has it, once each, and reports who threw', () => {
  const { train, a, b } = start()
  const heard: unknown[] = []
  Object.assign(a, {
    flush: () => {
      throw new Error('not now')
    },
  })
  Object.assign(b, { flush: (...args: unknown[]) => heard.push(args) })
  expect(() => train.notify('flush', 1, 2)).toThrow(new AggregateError([], '1 failed to hear flush: not now'))
  expect(heard).toEqual([[1, 2]])
  train.notify('nobodyHasThis')
})

test('ids are the prefix and a running number, whichever supply put the datum', async () => {
  const { supply, drain, end } = await runTrain(() => [])
  supply.push(1, 2)
  supply.push(3)
  drain.flush()
  expect(drain.heard).toEqual(['t0', 't1', 't2'])
  await end()
})

test('two trains of one process never give the same id by default', () => {
  const esc = new Escapement({ clock: new ManualClock({ nowMs: 1000 }) })
  const ids = [1000, 2000].map((nowMs) => {
    const train = new Train(new Escapement({ clock: new ManualClock({ nowMs }) }), { log: silentLogger })
    const seen: string[] = []
    const supply = new TestSupply<number>(train, {})
    lineOf(train.line, supply, () => (seen.push(train.journey?.id() ?? ''), null), new DeafDrain(train))
    train.wind()
    supply.push(1)
    return seen[0]
  })
  expect(new Set(ids).size).toBe(2)
  esc.close()
})

test('the running train is published, so that a parent process can be told', async () => {
  const { train, supply } = start()
  const seen: unknown[] = []
  const hear = (message: unknown): void => void seen.push(message)
  subscribe('deadbeat.train.running', hear)
  const running = train.run({ signals: false })
  await turnOfNode()
  unsubscribe('deadbeat.train.running', hear)
  expect(seen).toEqual([{ train }])
  supply.close()
  await running
})

test('a train that is a part of another tells only who runs it that it has started', async () => {
  const { train, supply } = start()
  const seen: unknown[] = []
  const hear = (message: unknown): void => void seen.push(message)
  subscribe('deadbeat.train.running', hear)
  const running = train.run({ signals: false, onStarted: () => seen.push('started') })
  await turnOfNode()
  unsubscribe('deadbeat.train.running', hear)
  expect(seen).toEqual(['started'])
  supply.close()
  await running
})

test('limits below 1, lines after the start, and a train without a supply are refused', async () => {
  const { esc } = testTrain()
  expect(() => new Train(esc, { inFlightMax: 0 })).toThrow('inFlightMax must be at least 1: it is 0')
  expect(() => new Train(esc, { finishTimeoutMs: -1 })).toThrow('finishTimeoutMs must be at least 0: it is -1')
  const { train } = start()
  train.wind()
  expect(() => train.line((n: number) => [n])).toThrow('line() after the train was started: compose it first')
  await expect(new Train(esc).run()).rejects.toThrow('a train needs a supply: no line begins with one')
  const twice = new Train(esc)
  twice.deadLettersTo(new ManualDrain(twice) as never)
  expect(() => twice.deadLettersTo(new ManualDrain(twice) as never)).toThrow('deadLettersTo() twice')
})

test('the end is told once, also to who asks after it', async () => {
  const { train, supply, drain, end } = await runTrain(() => [])
  const heard: string[] = []
  train.onEnd(() => heard.push(`flushed ${drain.flushed}`))
  supply.push(1)
  await turnOfNode()
  expect(heard).toEqual([])
  await end()
  train.onEnd(() => heard.push('late'))
  await turnOfNode()
  expect(heard).toEqual(['flushed 1', 'late'])
})
