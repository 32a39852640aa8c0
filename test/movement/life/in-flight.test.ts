import { expect, test } from '@jest/globals'
import { Cog, type Bundle, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { Keep, lineOf, ManualDrain, runTrain } from '../../support/engine-kit.js'

/** Tells what it was asked, and may push at once when it may go on. */
class AskedSupply extends TestSupply<number> {
  readonly asked: string[] = []
  onResume: () => void = () => undefined

  override pause(): void {
    super.pause()
    this.asked.push('pause')
  }

  override resume(): void {
    super.resume()
    this.asked.push('resume')
    this.onResume()
  }

  /** A chunk of one datum that takes some memory. */
  pushBytes(data: number, bytes: number): void {
    this.message(data, null, bytes)
  }
}

async function start(options: { inFlightMax?: number; inFlightBytesMax?: number }) {
  const rig = testTrain(options)
  const { train } = rig
  const supplies = [new AskedSupply(train, {}), new AskedSupply(train, {})] as const
  const keep = new Keep(train, {})
  const drain = new ManualDrain(train)
  const shared = lineOf(train.line, keep, drain)
  for (const supply of supplies) lineOf(train.line, supply, (n: number) => [n]).to(shared)
  const running = train.run({ signals: false })
  await turnOfNode()
  const end = async (): Promise<void> => {
    while (keep.holds.length > 0) keep.resume(null)
    for (const supply of supplies) supply.close()
    await running
  }
  return { ...rig, supplies, keep, drain, end }
}

test('every supply pauses at the limit, checked once a chunk, and resumes at half of it', async () => {
  const { supplies, keep, end } = await start({ inFlightMax: 4 })
  const [a, b] = supplies
  a.push(1, 2, 3)
  expect(a.paused).toBe(false)
  b.push(4, 5, 6)
  expect([a.paused, b.paused]).toEqual([true, true])
  for (let i = 0; i < 3; i++) keep.resume([0])
  expect(a.paused).toBe(true)
  keep.resume([0])
  expect([a.asked, b.asked]).toEqual([
    ['pause', 'resume'],
    ['pause', 'resume'],
  ])
  await end()
})

test('the bytes of a chunk count once while any of it is held', async () => {
  const { supplies, keep, train, end } = await start({ inFlightBytesMax: 1000 })
  const [a] = supplies
  a.pushBytes(1, 600)
  expect(a.paused).toBe(false)
  a.pushBytes(2, 400)
  expect([a.paused, train.journey?.inFlight.bytes]).toEqual([true, 1000])
  keep.resume(null)
  expect([a.paused, train.journey?.inFlight.bytes]).toEqual([false, 400])
  await end()
})

test('supplies wait for a full drain, and go on when it tells of room', async () => {
  const { supplies, drain, end } = await start({})
  const [a] = supplies
  drain.isFull = true
  a.push(1)
  expect(a.paused).toBe(true)
  drain.flush()
  expect(a.paused).toBe(true)
  drain.isFull = false
  drain.flush()
  expect(a.paused).toBe(false)
  await end()
})

test('a supply that fills the train at once when it may go on leaves the others paused', async () => {
  const { supplies, keep, end } = await start({ inFlightMax: 2 })
  const [a, b] = supplies
  a.push(1, 2)
  a.onResume = () => {
    a.onResume = () => undefined
    a.push(3, 4)
  }
  keep.resume(null)
  expect([a.paused, b.paused]).toEqual([true, true])
  expect(b.asked).toEqual(['pause', 'pause'])
  await end()
})

test('a supply is never asked to go on within a passage: what it pushes at once would be refused', async () => {
  const { supplies, keep, drain, train, end } = await start({ inFlightMax: 2 })
  const [a, b] = supplies
  a.push(1, 2)
  let isWithin = false
  b.onResume = () => {
    isWithin = train.journey?.ticket !== null
  }
  train.onOutput(() => undefined)
  drain.take = () => {
    keep.resume(null)
    drain.flush() // Both make room in the middle of the passage of what came first.
  }
  keep.resume([9])
  expect(b.asked).toEqual(['pause', 'resume'])
  expect(isWithin).toBe(false)
  drain.take = () => undefined
  await end()
})

test('a bundle larger than the limit fills', async () => {
  class Sum extends Cog<number> {
    #bundle: Bundle | null = null

    turn(): Turn<number> {
      this.#bundle ??= this.train.bundle()
      this.#bundle.add()
      return null
    }

    override finish(): void {
      this.#bundle?.give(this.#bundle.size)
    }
  }
  const { supply, drain, train, end } = await runTrain(({ train }) => [new Sum(train, {})], { inFlightMax: 2 })
  for (let i = 0; i < 100; i++) {
    expect(supply.paused).toBe(false)
    supply.push(i)
  }
  expect(train.accounts()[1]).toMatchObject({ cog: 'Sum', held: 100 })
  await end()
  expect(drain.taken).toEqual([100])
})

test('what is held can be gone through, the oldest first', async () => {
  const { supplies, keep, train, end } = await start({})
  supplies[0].push(1, 2, 3)
  keep.holds.reverse()
  keep.resume(null)
  expect([...(train.journey?.inFlight.holds() ?? [])].map(({ data }) => data)).toEqual([1, 2])
  await end()
})

test('nobody is asked to go on once the train is shutting down', async () => {
  const { supplies, keep, end } = await start({ inFlightMax: 1 })
  const [a] = supplies
  a.push(1)
  expect(a.asked).toEqual(['pause'])
  for (const supply of supplies) supply.close()
  await turnOfNode()
  keep.resume(null)
  await end()
  expect(a.asked).toEqual(['pause'])
})
