import { expect, test } from '@jest/globals'
import {
  Cog,
  Drain,
  Escapement,
  ManualClock,
  Supply,
  Train,
  silentLogger,
  unordered,
  type Json,
  type Winder,
} from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { lineOf } from '../../support/engine-kit.js'
import { ListDrain, MemoryCheckpoints, NumberSupply, Recall, type Numbered } from '../../support/crash-train/world.js'

async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await turnOfNode()
}

/** Waits until it is told. */
class Gate {
  readonly waiting: (() => void)[] = []
  readonly seen: number[] = []
  readonly pass = unordered(async (data: Numbered) => {
    this.seen.push(data.n)
    await new Promise<void>((resolve) => this.waiting.push(resolve))
    return [data]
  })

  open(): void {
    for (const go of this.waiting.splice(0)) go()
  }
}

/** Sends at once what can't be taken back, as a socket does. */
class SendDrain extends Drain<Numbered, { sent: number[] }> {
  flushed = 0

  take({ n }: Numbered): void {
    this.options.sent.push(n)
    this.flushed++
  }

  position(): number {
    return this.flushed
  }
}

function start() {
  const checkpoints = new MemoryCheckpoints()
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const written: Numbered[] = []
  const life = { isOver: false }
  const make = (...cogs: unknown[]) => {
    const train = new Train(esc, { log: silentLogger, checkpoints })
    const supply = new NumberSupply(train, { count: 100 })
    const drain = new ListDrain<Numbered>(train, written, life, { isEager: true })
    lineOf(train.line, supply, ...cogs, drain)
    return { train, supply, drain }
  }
  return { checkpoints, clock, esc, written, make, life }
}

test('what is held goes on in the other train, and what comes back to this one goes nowhere', async () => {
  const { make, written } = start()
  const gate = new Gate()
  const first = make(gate.pass)
  const running = first.train.run({ signals: false })
  await settled()
  first.supply.push(3)
  const later = new Gate()
  const second = make(later.pass)
  expect(await first.train.leaveTo(second.train)).toBe('carried')
  await running
  gate.open()
  await settled()
  expect(written).toEqual([])
  const going = second.train.run({ signals: false })
  await settled()
  expect([second.supply.next, later.seen]).toEqual([3, [0, 1, 2]])
  second.supply.push(1)
  later.open()
  await settled()
  later.open()
  second.supply.endIt()
  await going
  expect(written.map(({ n }) => n).sort()).toEqual([0, 1, 2, 3])
})

test('supplies wait from the moment on, until the other train runs', async () => {
  const { make } = start()
  const first = make()
  void first.train.run({ signals: false })
  await settled()
  first.supply.push(1)
  const leaving = first.train.leaveTo(make().train)
  await Promise.resolve()
  await Promise.resolve()
  expect([first.supply.push(1), first.supply.paused]).toEqual([false, true])
  expect(await leaving).toBe('carried')
  expect(first.supply.push(1)).toBe(false)
})

test('a cog that gives what it holds as it finishes gives nothing twice', async () => {
  const { esc } = start()
  const sent: number[] = []
  const checkpoints = new MemoryCheckpoints()
  const make = () => {
    const train = new Train(esc, { log: silentLogger, checkpoints })
    const supply = new NumberSupply(train, { count: 10 })
    const flat = (list: Numbered[]): Numbered[] => list
    lineOf(train.line, supply, new Recall(train, { size: 4 }), flat, new SendDrain(train, { sent }))
    return { train, supply }
  }
  const first = make()
  void first.train.run({ signals: false })
  await settled()
  first.supply.push(3)
  const second = make()
  expect([await first.train.leaveTo(second.train), sent]).toEqual(['carried', []])
  const going = second.train.run({ signals: false })
  await settled()
  second.supply.push(1)
  second.supply.endIt()
  await going
  expect(sent).toEqual([0, 1, 2, 3])
})

test('where the other train has no place for somebody, everything is drained, also what was gathered', async () => {
  const { make, written, checkpoints, esc } = start()
  const train = new Train(esc, { log: silentLogger, checkpoints })
  const supply = new NumberSupply(train, { count: 100 })
  const flat = (list: Numbered[]): Numbered[] => list
  lineOf(
    train.line,
    ...[supply, new Recall(train, { size: 4 }), flat],
    new ListDrain(train, written, { isOver: false }, {}),
  )
  void train.run({ signals: false })
  await settled()
  supply.push(3)
  const second = make()
  expect(await train.leaveTo(second.train)).toBe('drained')
  expect(written.map(({ n }) => n)).toEqual([0, 1, 2])
  const going = second.train.run({ signals: false })
  await settled()
  expect(second.supply.next).toBe(3)
  second.supply.push(1)
  second.supply.endIt()
  await going
  expect(written.map(({ n }) => n)).toEqual([0, 1, 2, 3])
})

test('where the supplies have ended there is nothing to go on with', async () => {
  const { make } = start()
  const first = make()
  const running = first.train.run({ signals: false })
  await settled()
  first.supply.endIt()
  expect(await first.train.leaveTo(make().train)).toBe('ended')
  await running
})

test('a train without check-points is drained', async () => {
  const { esc, written } = start()
  const make = () => {
    const train = new Train(esc, { log: silentLogger })
    const supply = new NumberSupply(train, { count: 100 })
    lineOf(train.line, supply, new ListDrain<Numbered>(train, written, { isOver: false }, {}))
    return { train, supply }
  }
  const first = make()
  void first.train.run({ signals: false })
  await settled()
  first.supply.push(2)
  expect(await first.train.leaveTo(make().train)).toBe('drained')
  expect(written.map(({ n }) => n)).toEqual([0, 1])
})

test('where the record can not be stored the supplies do not wait for ever: it is drained', async () => {
  const { make, checkpoints, written } = start()
  const first = make()
  void first.train.run({ signals: false }).catch(() => undefined)
  await settled()
  first.supply.push(2)
  const store = checkpoints.store.bind(checkpoints)
  checkpoints.store = () => Promise.reject(new Error('no room'))
  const leaving = first.train.leaveTo(make().train)
  await settled()
  checkpoints.store = store
  expect(await leaving).toBe('drained')
  expect(written.map(({ n }) => n)).toEqual([0, 1])
})

test('where only the very last record fails, the one before counts', async () => {
  const { make, checkpoints, written } = start()
  const first = make()
  void first.train.run({ signals: false })
  await settled()
  first.supply.push(2)
  const store = checkpoints.store.bind(checkpoints)
  let stores = 0
  checkpoints.store = async (text) => {
    if (++stores === 2) throw new Error('no room')
    await store(text)
  }
  const second = make()
  expect(await first.train.leaveTo(second.train)).toBe('carried')
  const going = second.train.run({ signals: false })
  await settled()
  expect([stores >= 2, second.supply.next]).toEqual([true, 2])
  second.supply.endIt()
  await going
  expect(written.map(({ n }) => n)).toEqual([0, 1])
})

/** Has something open that may not be closed. */
class Listener extends Supply<Numbered> {
  socket: string | null
  readonly heard: string[] = []

  constructor(train: Winder, socket: string | null) {
    super(train, {})
    this.socket = socket
  }

  inherit(predecessor: this): void {
    this.heard.push(`inherits ${predecessor.socket}`)
    this.socket = predecessor.socket
    predecessor.socket = null
  }

  start(): void {
    this.heard.push('start')
  }

  finish(): void {
    this.heard.push(`finishes with ${this.socket}`)
  }
}

class Other extends Cog<Numbered> {
  turn(data: Numbered): Numbered[] {
    return [data]
  }

  override snapshot(): Json {
    return null
  }

  override restore(): void {
    // It has nothing.
  }
}

test.each([
  ['carried', true],
  ['drained', false],
])('sockets are handed over open before anybody finishes: %s', async (how, hasMemory) => {
  const { esc } = start()
  const make = (socket: string | null) => {
    const train = new Train(esc, { log: silentLogger, ...(hasMemory ? { checkpoints: new MemoryCheckpoints() } : {}) })
    const listener = new Listener(train, socket)
    lineOf(train.line, listener, new Other(train, {}), new SendDrain(train, { sent: [] }))
    return { train, listener }
  }
  const first = make('a socket')
  void first.train.run({ signals: false })
  await settled()
  const second = make(null)
  expect(await first.train.leaveTo(second.train)).toBe(how)
  expect([first.listener.heard, second.listener.heard]).toEqual([
    ['start', 'finishes with null'],
    ['inherits a socket'],
  ])
})

test('what one that can not start has open goes to the one that takes the work back, before it is closed', async () => {
  const { esc } = start()
  const checkpoints = new MemoryCheckpoints()
  const make = (socket: string | null) => {
    const train = new Train(esc, { log: silentLogger, checkpoints })
    const listener = new Listener(train, socket)
    lineOf(train.line, listener, new Other(train, {}), new SendDrain(train, { sent: [] }))
    return { train, listener }
  }
  const [first, second, third] = [make('a socket'), make(null), make(null)]
  void first.train.run({ signals: false })
  await settled()
  await first.train.leaveTo(second.train)
  second.listener.start = () => {
    throw new Error('no port')
  }
  const onFailed = (): Promise<void> => {
    third.train.takeBack(second.train)
    return Promise.resolve()
  }
  await expect(second.train.run({ signals: false, onFailed })).rejects.toThrow('no port')
  expect([second.listener.heard, third.listener.heard]).toEqual([
    ['inherits a socket', 'finishes with null'],
    ['inherits a socket'],
  ])
})

test('only somebody of the same class inherits', async () => {
  const { make, esc } = start()
  class NumberSupply2 extends Listener {
    override readonly isBatch = true
  }
  Object.defineProperty(NumberSupply2, 'name', { value: 'NumberSupply' })
  const train = new Train(esc, { log: silentLogger })
  const listener = new NumberSupply2(train, null)
  lineOf(train.line, listener, new ListDrain(train, [], { isOver: false }, {}))
  const first = make()
  void first.train.run({ signals: false })
  await settled()
  await first.train.leaveTo(train)
  expect(listener.heard).toEqual([])
})

test('who can not take over what is open robs nobody of the train', async () => {
  const { make, written } = start()
  const first = make()
  const running = first.train.run({ signals: false })
  await settled()
  first.supply.push(2)
  const second = make()
  const inherit = (): void => {
    throw new Error('no room')
  }
  Object.assign(second.supply, { inherit })
  expect(await first.train.leaveTo(second.train)).toBe('carried')
  await running
  const going = second.train.run({ signals: false })
  await settled()
  second.supply.push(1)
  second.supply.endIt()
  await going
  expect(written.map(({ n }) => n)).toEqual([0, 1, 2])
})

test('where a drain does not write in time the train is not left: it goes on, and its supplies too', async () => {
  const { make, clock, written } = start()
  const first = make()
  const running = first.train.run({ signals: false })
  await settled()
  const { drain, supply } = first
  drain.seal = () => undefined
  supply.push(2)
  const leaving = first.train.leaveTo(make().train)
  const refused = expect(leaving).rejects.toThrow('no drain may take longer than finishTimeoutMs (30000 ms) to write')
  await settled()
  expect(supply.paused).toBe(true)
  clock.advance(30_000)
  await refused
  Reflect.deleteProperty(drain, 'seal')
  expect(supply.push(1)).toBe(true)
  drain.write(Infinity)
  expect(written.map(({ n }) => n)).toEqual([0, 1, 2])
  void first.train.stop()
  clock.advance(30_000)
  await running.catch(() => undefined)
})

test('a train that ends by itself is not taken over by one that goes on for ever, nor the other way', async () => {
  const { make } = start()
  const [first, second] = [make(), make()]
  Object.defineProperty(second.supply, 'isBatch', { value: false })
  void first.train.run({ signals: false })
  await settled()
  await expect(first.train.leaveTo(second.train)).rejects.toThrow(/their check-points lie apart; restart it/)
  first.supply.push(1)
  expect(first.supply.next).toBe(1)
})
