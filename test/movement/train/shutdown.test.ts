import { expect, test } from '@jest/globals'
import {
  Cog,
  Drain,
  DummyEscapement,
  Train,
  type Binding,
  type Bundle,
  type Turn,
} from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { Keep, lineOf, ManualDrain, runTrain } from '../../support/engine-kit.js'
import { runScript } from '../../support/child.js'

/** Notes what is called. */
class Notes extends Cog<number, number, { name: string; book: string[] }> {
  note(what: string): void {
    this.options.book.push(`${this.options.name} ${what}`)
  }

  turn(data: number): Turn<number> {
    this.note(`turn ${data}`)
    return [data]
  }

  override finish(): void {
    this.note('finish')
  }

  override done(): void {
    this.note('done')
  }

  get esc(): Cog<number>['train']['esc'] {
    return this.train.esc
  }
}

class NotingSupply extends TestSupply<number> {
  readonly book: string[] = []

  override finish(): void {
    this.book.push('supply finish')
  }

  done(): void {
    this.book.push('supply done')
  }
}

class NotingDrain extends ManualDrain {
  book: string[] = []

  override finish(): void {
    this.book.push('drain finish')
    super.finish()
  }

  done(): void {
    this.book.push('drain done')
  }
}

async function start(make: (train: Train, book: string[]) => unknown[], options = {}) {
  const rig = testTrain(options)
  const { train } = rig
  const supply = new NotingSupply(train, {})
  const drain = new NotingDrain(train)
  const { book } = supply
  drain.book = book
  lineOf(train.line, supply, ...make(train, book), drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  return { ...rig, supply, drain, book, running }
}

const notes = (train: Train, book: string[], ...names: string[]): Notes[] =>
  names.map((name) => new Notes(train, { name, book }))

test('everybody finishes in the order of the train, then everybody is done, each once', async () => {
  const { train, book, running } = await start((train, book) => notes(train, book, 'a', 'b'))
  await train.stop()
  await train.stop()
  await running
  const order = ['supply', 'a', 'b', 'drain']
  expect(book).toEqual([...order.map((who) => `${who} finish`), ...order.map((who) => `${who} done`)])
})

test('what a cog still held travels on through those that have not finished yet', async () => {
  class Window extends Notes {
    #bundle: Bundle | null = null

    override turn(): Turn<number> {
      this.#bundle ??= this.train.bundle()
      this.#bundle.add()
      return null
    }

    override finish(): void {
      this.#bundle?.give(this.#bundle.size)
      super.finish()
    }
  }
  const { supply, drain, book, running } = await start((train, book) => [
    new Window(train, { name: 'window', book }),
    ...notes(train, book, 'after'),
  ])
  supply.push(7, 8)
  supply.close()
  await running
  expect(book.slice(0, 5)).toEqual(['supply finish', 'after turn 2', 'window finish', 'after finish', 'drain finish'])
  expect([drain.taken, supply.acknowledged]).toEqual([[2], 2])
})

test('the train waits for what comes back later, before the next one finishes', async () => {
  let keep!: Keep
  const { supply, book, running, drain } = await start((train, book) => [
    (keep = new Keep(train, {})),
    ...notes(train, book, 'after'),
  ])
  supply.push(1, 2)
  supply.close()
  await turnOfNode()
  expect(book).toEqual(['supply finish'])
  keep.resume([1])
  await turnOfNode()
  expect(book).toEqual(['supply finish', 'after turn 1'])
  keep.resume([2])
  await running
  expect(book.slice(0, 4)).toEqual(['supply finish', 'after turn 1', 'after turn 2', 'after finish'])
  expect(drain.taken).toEqual([1, 2])
})

test('once a cog has finished its escapement binds nothing; one that has not finished may still bind', async () => {
  const bound: Binding[] = []
  let second!: Notes
  const { train, running } = await start((train, book) => {
    const [a, b] = notes(train, book, 'a', 'b') as [Notes, Notes]
    second = b
    a.done = () => bound.push(a.esc.after(1, () => undefined))
    a.finish = () => void bound.push(b.esc.after(1, () => undefined))
    return [a, b]
  })
  await train.stop()
  await running
  expect(bound.map(({ live }) => live)).toEqual([true, false])
  expect(second.esc).toBeInstanceOf(DummyEscapement)
})

test('while held data travel on a cog’s own escapement still works: a look-up may need its timer', async () => {
  class Delayed extends Keep {
    override finish(): void {
      this.train.esc.after(500, () => this.resume([1]))
    }
  }
  const { supply, drain, clock, running } = await start((train) => [new Delayed(train, {})])
  supply.push(1)
  supply.close()
  await turnOfNode()
  clock.advance(500)
  await running
  expect(drain.taken).toEqual([1])
})

test('a supply that puts data after its finish is refused', async () => {
  const { supply, train, running } = await start(() => [])
  await train.stop()
  await running
  expect(() => supply.push(1)).toThrow(
    'NotingSupply puts data after its finish: nothing may come once a supply has finished',
  )
})

test('one who throws robs nobody, and all failures are reported in one error', async () => {
  const { train, book, running } = await start((train, book) => {
    const [a, b, c] = notes(train, book, 'a', 'b', 'c') as [Notes, Notes, Notes]
    a.finish = () => {
      throw new Error('a fails')
    }
    Object.assign(b, { finish: () => Promise.reject(new Error('b fails')) })
    c.done = () => {
      throw new Error('c fails')
    }
    return [a, b, c]
  })
  await train.stop()
  const error = await running.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AggregateError)
  expect((error as AggregateError).errors.map(String)).toEqual(['Error: a fails', 'Error: b fails', 'Error: c fails'])
  expect((error as Error).message).toBe('a fails; b fails; c fails')
  expect(book).toEqual([
    ...['supply finish', 'c finish', 'drain finish'],
    ...['supply done', 'a done', 'b done', 'drain done'],
  ])
})

test('the time limit ends it all the same: who still held something is named, and it stays unacknowledged', async () => {
  const { train, supply, book, clock, running } = await start(
    (train, book) => [new Keep(train, {}), ...notes(train, book, 'after')],
    { finishTimeoutMs: 1000 },
  )
  const ticket = supply.push(1)
  void train.stop()
  await turnOfNode()
  clock.advance(999)
  await turnOfNode()
  expect(book).toEqual(['supply finish'])
  clock.advance(1)
  await expect(running).rejects.toMatchObject({
    code: 'ERR_FINISH_TIMEOUT',
    message: 'Keep did not finish within finishTimeoutMs (1000 ms): what it holds stays unacknowledged',
  })
  expect(book).toEqual([
    ...['supply finish', 'after finish', 'drain finish'],
    ...['supply done', 'after done', 'drain done'],
  ])
  expect(ticket.isDone).toBe(false)
})

test('one whose finish never ends is named as well; a rejection that comes too late stays quiet', async () => {
  let fail!: (error: Error) => void
  const { train, clock, running } = await start((train, book) => {
    const [a] = notes(train, book, 'a') as [Notes]
    Object.assign(a, { finish: () => new Promise((_resolve, reject) => (fail = reject)) })
    return [a]
  })
  void train.stop()
  await turnOfNode()
  clock.advance(30_000)
  await expect(running).rejects.toThrow('Notes did not finish within finishTimeoutMs (30000 ms)')
  fail(new Error('too late'))
  await turnOfNode()
})

test('a drain that ends two lines finishes once, behind both', async () => {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  const keep = new Keep(train, {})
  const drain = new NotingDrain(train)
  lineOf(train.line, supply, (n: number) => [n]).to(
    lineOf(train.line, (n: number) => [n], drain),
    lineOf(train.line, keep, drain),
  )
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(1)
  supply.close()
  await turnOfNode()
  expect(drain.book).toEqual([])
  keep.resume([1])
  await running
  expect(drain.book).toEqual(['drain finish', 'drain done'])
  expect(drain.taken).toEqual([1, 1])
})

test('to stop in the middle of a turn lets the passage come to its end first', async () => {
  const { supply, drain, train, book, running } = await start((train) => [
    (n: number) => {
      if (n === 1) void train.stop()
      return [n]
    },
  ])
  supply.push(1, 2, 3)
  expect([drain.taken, book]).toEqual([[1, 2, 3], []])
  await running
  expect(train.accounts().every(({ held }) => held === 0)).toBe(true)
})

test('asynchronous look-ups that are under way come back before the end', async () => {
  const { supply, drain, end } = await runTrain(() => [async (n: number) => turnOfNode().then(() => [n])])
  supply.push(1, 2, 3)
  await end()
  expect(drain.taken).toEqual([1, 2, 3])
  expect(supply.acknowledged).toBe(3)
})

test('a drain is flushed before it is done: all is acknowledged', async () => {
  class Slow extends Drain<number> {
    flushed = 0
    #position = 0

    take(): void {
      this.#position++
    }

    position(): number {
      return this.#position
    }

    async finish(): Promise<void> {
      await turnOfNode()
      this.flushed = this.#position
      this.train.flushed(this)
    }
  }
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  lineOf(train.line, supply, new Slow(train, {}))
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(1, 2)
  supply.close()
  await running
  expect(supply.acknowledged).toBe(2)
})

test('a second signal ends the process at once', async () => {
  const { signal, lines } = await runScript(`
    const { Cog, Escapement, Supply, Train } = await import(dist + 'lib/movement/index.js')
    const train = new Train(new Escapement())
    class Never extends Supply {
      start() { this.timer = this.train.esc.every(1000, () => {}) }
      finish() {
        console.log('finishing')
        setImmediate(() => process.kill(process.pid, 'SIGTERM'))
        return new Promise(() => setInterval(() => {}, 1000))
      }
    }
    train.line(new Never(train, {}), (d) => [d])
    await train.run({ onStarted: () => process.kill(process.pid, 'SIGTERM') })
  `)
  expect([signal, lines]).toEqual(['SIGTERM', ['finishing']])
})

test('a train whose supplies simply end is in no hurry: the limit is for those who ask it to stop', async () => {
  const { train, clock } = testTrain({ finishTimeoutMs: 1000 })
  const supply = new TestSupply<string>(train, {})
  const outputs: unknown[] = []
  let answer!: (data: string[]) => void
  train.line(supply, async () => new Promise<string[]>((resolve) => (answer = resolve)))
  train.onOutput((data) => outputs.push(data))
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push('slow')
  supply.close()
  await turnOfNode()
  clock.advance(60_000)
  await turnOfNode()
  answer(['late'])
  await running
  expect(outputs).toEqual(['late'])
})

test('asked to stop while it ends by itself, it is in a hurry from then on', async () => {
  const { train, clock } = testTrain({ finishTimeoutMs: 1000 })
  const supply = new TestSupply<string>(train, {})
  train.line(supply, async () => new Promise<string[]>(() => undefined))
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push('never')
  supply.close()
  await turnOfNode()
  clock.advance(60_000)
  void train.stop()
  clock.advance(999)
  await turnOfNode()
  clock.advance(1)
  await expect(running).rejects.toMatchObject({ code: 'ERR_FINISH_TIMEOUT' })
})

test('a cog that gathers and never gives back is named, instead of an exit without a word', async () => {
  const { code, lines } = await runScript(`
    const { Cog, Escapement, Supply, Train } = await import(dist + 'lib/movement/index.js')
    const train = new Train(new Escapement())
    class Once extends Supply {
      start() { this.train.esc.enqueue(() => { this.message(1, null); this.train.ended() }) }
      finish() {}
    }
    class Gather extends Cog {
      turn(data) { this.train.hold(data); return null }
    }
    train.line(new Once(train, {}), new Gather(train, {}))
    await train.run().catch((error) => console.log(error.message))
  `)
  expect([code, lines]).toEqual([
    0,
    [
      'Gather did not finish by itself, and nothing is left that could make it (a cog that gathers data needs a finish method): what it holds stays unacknowledged',
    ],
  ])
})

test('a supply that waits for nothing and never ends is told as that', async () => {
  const { code, lines } = await runScript(`
    const { Escapement, Supply, Train } = await import(dist + 'lib/movement/index.js')
    const train = new Train(new Escapement())
    class Idle extends Supply { start() {} finish() {} }
    train.line(new Idle(train, {}), (d) => [d])
    await train.run().catch((error) => console.log(error.message))
  `)
  expect([code, lines]).toEqual([
    0,
    ['nothing is left that could wake the train: no supply has ended, and none waits for anything'],
  ])
})
