import { afterEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BufferCog } from '../../cogs/buffer-cog.js'
import type { DiskQueue } from '../../lib/files/disk-queue.js'
import {
  Escapement,
  ManualClock,
  Supply,
  Train,
  one,
  silentLogger,
  unordered,
  type DeadLetter,
  type Ticket,
} from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { testTrain } from '../../lib/testing/index.js'
import {
  Gather,
  Later,
  ListDrain,
  MemoryCheckpoints,
  Recall,
  type Life,
  type Numbered,
} from '../support/crash-train/world.js'
import { lineOf } from '../support/engine-kit.js'
import { Random } from '../support/random-train/random.js'

process.setMaxListeners(0) // A train that was killed listens for ever.

const directories: string[] = []
afterEach(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true })))

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'buffer-restart-'))
  directories.push(directory)
  return directory
}

/** Gives what nobody can ask for again, and notes what it was told is safe. */
class Once extends Supply<Numbered, object, readonly number[]> {
  readonly safe: Set<number>
  readonly life: Life

  constructor(train: Train, safe: Set<number>, life: Life) {
    super(train, {})
    this.safe = safe
    this.life = life
  }

  push(numbers: readonly number[]): void {
    const ticket = this.open(numbers, numbers.length)
    this.begin(ticket)
    for (const n of numbers) this.put({ n, part: '' })
    this.end(ticket)
  }

  override acknowledge({ origin }: Ticket<readonly number[]>): void {
    if (!this.life.isOver) for (const n of origin) this.safe.add(n)
  }

  endIt(): void {
    this.train.ended()
  }

  start(): void {
    // It waits to be pushed.
  }

  finish(): void {
    // Nothing is bound.
  }
}

const rest = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await turnOfNode()
}

/** As a kill leaves it: nothing more is stored, and another run may have it. */
async function kill(buffer: object): Promise<void> {
  const { queue } = buffer as { queue: DiskQueue }
  await queue.rest()
  Object.assign(queue, { isOpen: false })
  queue.close()
}

const isBad = (n: number): boolean => n % 17 === 3
const failsLater = (n: number): boolean => n % 23 === 5

/** Data that nobody can ask for again, through a queue and several crashes. Answers what is wrong in the end. */
async function play(random: Random, sabotage: 'none' | 'no check-points' = 'none'): Promise<readonly string[]> {
  const directory = join(temporary(), 'queue')
  const checkpoints = new MemoryCheckpoints()
  const main: unknown[] = []
  const dead: unknown[] = []
  const safe = new Set<number>()
  const tail = random.pick(['plain', 'wait', 'gather', 'recall'] as const)
  const settings = { maxBytes: 4096, segmentBytes: 512, cursorMs: random.pick([3, 40]) }
  let next = 0
  for (let crashes = 0, isOver = false; !isOver; crashes++) {
    let isEnded = false as boolean
    const life: Life = { isOver: false }
    checkpoints.life = life
    const clock = new ManualClock()
    const esc = new Escapement({ clock })
    const later = new Later(random, life)
    const options = sabotage === 'none' ? { checkpoints } : {}
    const train = new Train(esc, {
      log: silentLogger,
      checkpointMs: 10,
      inFlightMax: random.pick([4, 100]),
      ...options,
    })
    let supply!: Once
    const buffer = new BufferCog<Numbered>(train, {
      ...{ directory, ...settings },
      upstream: (inner, queue) => {
        supply = new Once(inner, safe, life)
        const refuse = one((data: Numbered) => {
          if (isBad(data.n)) throw new Error('refused')
          return data
        })
        lineOf(inner.line, supply, refuse, queue)
      },
    })
    const drains = [new ListDrain<Numbered>(train, main, life), new ListDrain<Numbered>(train, dead, life)] as const
    const work = async (data: Numbered) => {
      if (random.chance(50)) await later.wait()
      if (failsLater(data.n)) throw new Error('fails')
      return [data]
    }
    const size = { size: 4 }
    const ends = { plain: [], wait: [], gather: [new Gather(train, size)], recall: [new Recall(train, size)] }
    lineOf(train.line, buffer, ...(tail === 'plain' ? [] : [unordered(work as never)]), ...ends[tail], drains[0])
    train.deadLettersTo(({ data }: DeadLetter) => {
      return [typeof data === 'string' ? (JSON.parse(data) as Numbered) : (data as Numbered)]
    }, drains[1])
    train.run({ signals: false }).then(
      () => (isEnded = true),
      () => (isEnded = true),
    )
    await rest()
    const steps = crashes < 6 ? random.below(40) : 100_000
    for (let step = 0; step < steps && !isEnded; step++) {
      if (random.chance(60) && !supply.paused && next < 400) {
        const from = next
        next += 1 + random.below(9)
        supply.push(Array.from({ length: next - from }, (_, i) => from + i))
      }
      if (random.chance(60)) later.keep(1 + random.below(4))
      if (random.chance(50)) for (const drain of drains) drain.write(random.below(8))
      if (random.chance(50)) clock.advance(random.below(12))
      if (crashes >= 6 && next >= 400) supply.endIt()
      await rest()
    }
    life.isOver = true
    isOver = isEnded
    if (!isOver) await kill(buffer)
    esc.close()
  }
  const found = [...main.flat(), ...dead].map((datum) => (datum as Numbered).n)
  const faults: string[] = []
  for (const n of new Set(found)) {
    const times = found.filter((other) => other === n).length
    if (times > 1) faults.push(`${n} came ${times} times`)
  }
  for (const n of safe) if (!found.includes(n)) faults.push(`${n} was lost`)
  const graves = new Set(dead.map((datum) => (datum as Numbered).n))
  const fails = (n: number): boolean => isBad(n) || (tail !== 'plain' && failsLater(n))
  for (const n of found) if (fails(n) !== graves.has(n)) faults.push(`${n} went the wrong way`)
  return faults
}

/** `npm run soak` plays 1,000. */
const runs = Number(process.env['BUFFER_LIVES'] ?? 12)

test(
  'with check-points, what is in the queue comes out once, whatever is held and whenever it is killed',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => expect(await play(new Random(draw))).toEqual([])),
      { numRuns: runs },
    )
  },
  runs * 1000 + 180_000,
)

test('a train that ended by itself and is killed before the queue stores its last cursor repeats nothing', async () => {
  const directory = join(temporary(), 'queue')
  const checkpoints = new MemoryCheckpoints()
  const main: Numbered[] = []
  const run = async (numbers: readonly number[], isKilled: boolean) => {
    const esc = new Escapement({ clock: new ManualClock() })
    const train = new Train(esc, { log: silentLogger, checkpoints })
    let supply!: Once
    const life = { isOver: false }
    const buffer = new BufferCog<Numbered>(train, {
      ...{ directory, maxBytes: 1e6 },
      upstream: (inner, queue) => inner.line((supply = new Once(inner, new Set(), life)), queue),
    })
    const drain = new ListDrain<Numbered>(train, main, life, { isEager: true })
    lineOf(train.line, buffer, drain)
    // Done is told when the record was stored, or removed: the kill comes in its place.
    if (isKilled) buffer.done = () => void kill(buffer)
    const running = train.run({ signals: false })
    await rest()
    if (numbers.length > 0) supply.push(numbers)
    supply.endIt()
    await running
    esc.close()
  }
  await run([1, 2, 3], true)
  expect(main.map(({ n }) => n)).toEqual([1, 2, 3])
  await run([], false)
  await run([4], false)
  expect(main.map(({ n }) => n)).toEqual([1, 2, 3, 4])
})

test('without check-points some of it comes twice, and none is lost', async () => {
  const faults: string[] = []
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      faults.push(...(await play(new Random(draw), 'no check-points')))
    }),
    { numRuns: 10 },
  )
  expect(faults.some((fault) => fault.includes('times'))).toBe(true)
  expect(faults.filter((fault) => fault.includes('lost'))).toEqual([])
})

test('a queue that was moved is begun where it is now, and the log says where the rest is', () => {
  const { train, log, esc } = testTrain()
  const directory = temporary()
  const buffer = new BufferCog<number>(train, { directory, upstream: () => undefined })
  buffer.continueFrom({ version: 1, directory: '/elsewhere', given: 5 })
  expect(log.map(({ message }) => message)).toEqual([
    'the queue was kept in /elsewhere before: what is left there is not given',
  ])
  expect(buffer.mark()).toEqual({ version: 1, directory, given: 0 })
  buffer.done()
  esc.close()
})

test('what was under way and is not in the queue any more is told; the origin of a letter asks for nothing', () => {
  const { train, log, esc } = testTrain()
  const directory = temporary()
  const buffer = new BufferCog<number>(train, { directory, upstream: () => undefined })
  expect(buffer.mark()).toEqual({ version: 1, directory, given: null })
  buffer.continueFrom(buffer.mark())
  buffer.supplyAgain(null, [0])
  buffer.supplyAgain({ start: 0, end: 15 }, [0, 1])
  expect(log.map(({ level, message }) => [level, message])).toEqual([
    ['error', 'data 0, 1 of the bytes 0 to 15 of the queue were under way, and are not in it any more'],
  ])
  expect(() => buffer.supplyAgain({ start: 1 }, [0])).toThrow(
    expect.objectContaining({ name: 'SourceError', code: 'ERR_MARK' }),
  )
  buffer.done()
  esc.close()
})
