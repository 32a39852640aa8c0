import { afterAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import * as real from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Drain, Ticket, Train } from '../../lib/movement/index.js'
import { Random } from '../support/random-train/random.js'
import { Disk } from './disk.js'
import { Descriptors, doorTo, fsOn, type FsLayer } from './fs-on-disk.js'

let layer: FsLayer = { fs: real, promises: real.promises }
jest.unstable_mockModule('node:fs', () => doorTo(real, () => layer.fs))
jest.unstable_mockModule('node:fs/promises', () => doorTo(real.promises, () => layer.promises))
const { Escapement, ManualClock, Supply, Train: TrainOf, silentLogger } = await import('../../lib/movement/index.js')
const { turnOfNode } = await import('../../lib/movement/loop/clock.js')
const { CheckpointFile } = await import('../../lib/files/checkpoint-file.js')
const { BufferCog } = await import('../../cogs/buffer-cog.js')
const { LineDrain } = await import('../../cogs/line-drain.js')

process.setMaxListeners(0) // A train that lost its power listens for ever.

const directories: string[] = []
afterAll(() => directories.splice(0).forEach((directory) => real.rmSync(directory, { recursive: true })))

/** `npm run soak` plays 1,000. */
const runs = Number(process.env['POWER_LOSSES'] ?? 25)
const seed = Number(process.env['POWER_SEED'] ?? 1)
const LIVES = 5
const COUNT = 200

/** Gives numbers that nobody can ask for again, and notes which of them it was told are safe. */
class Numbers extends Supply<string, { disk: Disk; safe: Set<number> }, readonly number[]> {
  push(numbers: readonly number[]): void {
    const ticket = this.open(numbers, numbers.length)
    this.begin(ticket)
    for (const n of numbers) this.put(`${n} ${'x'.repeat(n % 90)}`)
    this.end(ticket)
  }

  override acknowledge({ origin }: Ticket<readonly number[]>): void {
    const { disk, safe } = this.options
    if (!disk.isDead) for (const n of origin) safe.add(n)
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

interface World {
  readonly disk: Disk
  readonly random: Random
  readonly sync: 'none' | 'batch' | 'interval'
  readonly safe: Set<number>
  next: number
}

/** Numbers go through a queue to a file; now and then the power fails. Answers how often, and what is wrong in the end. */
async function play(random: Random, isSynced = true) {
  const directory = real.realpathSync(real.mkdtempSync(join(tmpdir(), 'power-queue-')))
  directories.push(directory)
  const disk = new Disk(directory)
  const sync = isSynced ? random.pick(['batch', 'interval'] as const) : 'none'
  const world: World = { disk, random, sync, safe: new Set(), next: 0 }
  const faults: string[] = []
  let failures = 0
  for (let lives = 0; lives < LIVES && faults.length === 0; lives++) {
    const isLast = lives === LIVES - 1
    disk.failsAt = isLast ? Infinity : random.below(150)
    const trouble = await live(world, isLast)
    if (trouble !== null) faults.push(trouble)
    if (disk.isDead) failures++
    disk.fail(random)
  }
  const lines = (disk.contents().get('out.log') ?? '').split('\n').slice(0, -1)
  const numbers = lines.map((line) => Number.parseInt(line))
  const found = new Set(numbers)
  for (const n of world.safe) if (!found.has(n)) faults.push(`${n} was lost`)
  if (found.size < numbers.length) faults.push(`${numbers.length - found.size} came more than once`)
  return { failures, faults }
}

/** One run, to its end if it is the last, or until the power fails. Answers what it failed of, if it did. */
async function live(world: World, isLast: boolean): Promise<string | null> {
  const { disk, random, safe, sync } = world
  const descriptors = new Descriptors()
  layer = fsOn(disk, descriptors, real)
  const clock = new ManualClock()
  const esc = new Escapement({ clock })
  const checkpoints = new CheckpointFile(join(disk.root, 'var', 'app.checkpoint'), { sync: true })
  const train = new TrainOf(esc, { log: silentLogger, checkpoints, checkpointMs: random.pick([1, 10]) })
  let supply!: Numbers
  const setting = {
    maxBytes: 4096,
    segmentBytes: 512,
    cursorMs: random.pick([2, 20]),
    sync,
    syncMs: random.pick([3, 60]),
  }
  train.line(
    new BufferCog<string>(train, {
      ...{ ...setting, directory: join(disk.root, 'spool', 'queue') },
      upstream: (inner: Train, queue: Drain<string>) =>
        inner.line((supply = new Numbers(inner, { disk, safe })), queue),
    }),
    new LineDrain(train, { path: join(disk.root, 'out.log'), sync: 'batch' }),
  )
  let isEnded = false as boolean
  let trouble: string | null = null
  train.run({ signals: false }).then(
    () => (isEnded = true),
    (error: unknown) => {
      isEnded = true
      if (!disk.isDead) trouble = String(error)
    },
  )
  for (let turn = 0; turn < 30; turn++) await turnOfNode()
  const end = isLast ? COUNT : random.below(COUNT)
  for (let isTold = false; !isEnded && !disk.isDead;) {
    if (world.next < end && !supply.paused && random.chance(40)) {
      const size = 1 + random.below(8)
      supply.push(Array.from({ length: size }, (_, i) => world.next + i))
      world.next += size
    }
    if (!isTold && world.next >= end) {
      isTold = true
      if (isLast) supply.endIt()
      else void train.stop()
    }
    await turnOfNode()
    clock.advance(random.below(3))
  }
  for (let turn = 0; turn < 3; turn++) await turnOfNode()
  esc.close()
  descriptors.closeAll(real)
  return trouble
}

test(
  'wherever the power fails, what a queue has acknowledged comes to a file once',
  async () => {
    let failures = 0
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        const outcome = await play(new Random(draw))
        failures += outcome.failures
        expect(outcome.faults).toEqual([])
      }),
      { numRuns: runs, seed, endOnFailure: true },
    )
    expect(failures).toBeGreaterThan(runs)
  },
  runs * 300 + 180_000,
)

test('without its sync that is not so', async () => {
  let faults = 0
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      if (faults === 0) faults = (await play(new Random(draw), false)).faults.length
    }),
    { numRuns: 30, seed },
  )
  expect(faults).toBeGreaterThan(0)
})
