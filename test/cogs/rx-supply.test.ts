import { expect, test } from '@jest/globals'
import { of, Subject, throwError } from 'rxjs'
import { RxSupply, type Subscribable } from '../../cogs/rx-supply.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import type { TrainOptions } from '../../lib/movement/train/train-options.js'
import { testTrain } from '../../lib/testing/index.js'
import type { Hold } from '../../lib/movement/index.js'
import { Cog } from '../../lib/movement/index.js'

/** Holds whatever comes until it is told to let go. */
class Keep extends Cog<number> {
  readonly holds: Hold<number>[] = []

  turn(data: number): null {
    this.holds.push(this.train.hold(data))
    return null
  }

  letGo(): void {
    for (const hold of this.holds.splice(0)) this.train.resume(hold, [hold.data])
  }

  override finish(): void {
    this.letGo()
  }
}

async function start(source: Subscribable<number>, options: { bufferMax?: number } & TrainOptions = {}) {
  const { bufferMax = 10, ...trainOptions } = options
  const { train } = testTrain(trainOptions)
  const keep = new Keep(train, {})
  const out: unknown[] = []
  train.line(new RxSupply(train, { source, bufferMax }), keep)
  train.onOutput((output) => out.push(output))
  const ended = train.run({ signals: false })
  ended.catch(() => undefined)
  await turnOfNode()
  return { train, keep, out, ended }
}

test('each value is an event, and completion is the end', async () => {
  const { ended, out } = await start(of(1, 2, 3))
  await ended
  expect(out).toEqual([1, 2, 3])
})

test('a failure stops the train, and what came before goes on', async () => {
  const source = new Subject<number>()
  const { ended, out } = await start(source)
  source.next(1)
  source.error(new Error('broken'))
  await expect(ended).rejects.toThrow('broken')
  expect(out).toEqual([1])
  await expect((await start(throwError(() => new Error('at once')))).ended).rejects.toThrow('at once')
})

test('values wait while the train is full, in order, and the end waits for them', async () => {
  const source = new Subject<number>()
  const { ended, out, keep } = await start(source, { inFlightMax: 2 })
  for (const n of [1, 2, 3, 4]) source.next(n)
  source.complete()
  expect(keep.holds.map(({ data }) => data)).toEqual([1, 2])
  keep.letGo()
  await ended
  expect(out).toEqual([1, 2, 3, 4])
})

test('more values than may wait are an error, and those that waited go on', async () => {
  const source = new Subject<number>()
  const { ended, out } = await start(source, { inFlightMax: 2, bufferMax: 1 })
  for (const n of [1, 2, 3, 4]) source.next(n)
  await expect(ended).rejects.toThrow(
    'at most 1 values may wait while the train is full (bufferMax): there is one more',
  )
  expect([source.observed, out]).toEqual([false, [1, 2, 3]])
})

test('stopping unsubscribes', async () => {
  const source = new Subject<number>()
  const { train, ended } = await start(source)
  expect(source.observed).toBe(true)
  await train.stop()
  await ended
  expect(source.observed).toBe(false)
})

test('options that can’t be used are refused', () => {
  const { train } = testTrain()
  expect(() => new RxSupply(train, { source: {} as never })).toThrow('subscribe must be a function: it is undefined')
  expect(() => new RxSupply(train, { source: of(1), bufferMax: 0 })).toThrow('bufferMax must be at least 1: it is 0')
})

test('a reload loses nothing: not what waits, nor what comes meanwhile, nor the end', async () => {
  const source = new Subject<number>()
  const { train, keep, out, ended } = await start(source, { inFlightMax: 2 })
  for (const n of [1, 2, 3, 4]) source.next(n)
  const { train: heir } = testTrain()
  heir.line(new RxSupply(heir, { source, bufferMax: 10 }))
  heir.onOutput((output) => out.push(output))
  const leaving = train.leaveTo(heir)
  source.next(5)
  keep.letGo()
  await leaving
  await ended
  source.next(6)
  const going = heir.run({ signals: false })
  await turnOfNode()
  source.next(7)
  source.complete()
  await going
  expect(out).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('another source takes over from the end of what waits', async () => {
  const [one, other] = [new Subject<number>(), new Subject<number>()]
  const { train, keep, out } = await start(one, { inFlightMax: 1 })
  one.next(1)
  one.next(2)
  const { train: heir } = testTrain()
  heir.line(new RxSupply(heir, { source: other }))
  heir.onOutput((output) => out.push(output))
  keep.letGo()
  await train.leaveTo(heir)
  expect(one.observed).toBe(false)
  const going = heir.run({ signals: false })
  await turnOfNode()
  other.next(3)
  other.complete()
  await going
  expect(out).toEqual([1, 2, 3])
})
