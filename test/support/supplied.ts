/** A train of one supply, whose data a test can look at; and one of one drain, which a test feeds. */
import type { Drain, Supply, Train, TrainOptions } from '../../lib/movement/index.js'
import { TestSupply, testTrain, type ManualClock } from '../../lib/testing/index.js'

/** Ends what a test began, the last first. */
export class Cleanups {
  private readonly all: (() => unknown)[] = []

  add(cleanup: () => unknown): void {
    this.all.unshift(cleanup)
  }

  readonly run = async (): Promise<void> => {
    for (const cleanup of this.all.splice(0)) await cleanup()
  }
}

/** One turn of Node. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Let Node turn until something is so. */
export async function until(isTrue: () => unknown): Promise<void> {
  while (!(await isTrue())) await turn()
}

/** Let time pass until something has ended: whom it waits for may be gone. */
async function inTime(ending: Promise<void>, clock: ManualClock): Promise<void> {
  let isOver = false
  const over = () => (isOver = true)
  void ending.then(over, over)
  await until(() => {
    clock.advance(1)
    return isOver
  })
  await ending
}

/** Start a train that a supply gives data to. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a supply of anything
export async function supplied<S extends Supply<any>>(
  cleanups: Cleanups,
  make: (train: Train) => S,
  { before, ...options }: TrainOptions & { before?: (supply: S) => void } = {},
) {
  const rig = testTrain(options)
  const supply = make(rig.train)
  const data: unknown[] = []
  rig.train.line(supply as unknown as Supply<unknown>)
  rig.train.onOutput((datum: unknown) => data.push(datum))
  before?.(supply)
  let isStarted = false
  const running = rig.train.run({ signals: false, onStarted: () => (isStarted = true) })
  let failure: unknown
  running.catch((error: unknown) => (failure = error))
  const stop = async (): Promise<void> => {
    await rig.train.stop()
    rig.esc.close()
  }
  cleanups.add(() => inTime(stop(), rig.clock))
  await until(() => isStarted || failure !== undefined)
  if (failure !== undefined) throw failure as Error
  return { ...rig, supply, data, running, stop, got: (count: number) => until(() => data.length >= count) }
}

/** Start a train that ends in a drain. */
export async function drained<T, D extends Drain<T> = Drain<T>>(
  cleanups: Cleanups,
  make: (train: Train) => D,
  options: TrainOptions = {},
) {
  const rig = testTrain(options)
  const supply = new TestSupply<T>(rig.train, {})
  const drain = make(rig.train)
  rig.train.line(supply, drain)
  let isStarted = false
  const running = rig.train.run({ signals: false, onStarted: () => (isStarted = true) })
  let failure: unknown
  running.catch((error: unknown) => (failure = error))
  const stop = async (): Promise<void> => {
    await rig.train.stop()
    rig.esc.close()
  }
  cleanups.add(() => inTime(stop(), rig.clock))
  await until(() => isStarted || failure !== undefined)
  if (failure !== undefined) throw failure as Error
  return { ...rig, supply, drain, running, stop, isDone: (count: number) => until(() => supply.acknowledged >= count) }
}
