/** Small parts for the tests of the engine: a cog that holds, a drain that writes when told, a train with an ear. */
import { Cog, Drain, type Hold, type Turn, type Winder } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { testTrain, TestSupply, type TestTrain } from '../../lib/testing/index.js'
import type { Line, TrainOptions } from '../../lib/movement/index.js'

/** Holds whatever comes, until the test gives it back. */
export class Keep<T = number> extends Cog<T> {
  readonly holds: Hold<T>[] = []

  turn(data: T): Turn<T> {
    this.holds.push(this.train.hold(data))
    return null
  }

  /** Let the oldest datum go on as these. */
  resume(data: Iterable<unknown> | null): void {
    this.train.resume(this.take(), data)
  }

  reject(error: unknown): void {
    this.train.reject(this.take(), error)
  }

  merge(count: number, data: unknown): void {
    this.train.merge(this.holds.splice(0, count), data)
  }

  take(): Hold<T> {
    const hold = this.holds.shift()
    if (hold === undefined) throw new Error('nothing is held')
    return hold
  }
}

/** Takes data, and writes them when told. */
export class ManualDrain<T = unknown> extends Drain<T> {
  flushed = 0
  isFull = false
  readonly taken: T[] = []
  /** What the train told: ends as ids, renames as `old>new`. */
  readonly heard: string[] = []

  constructor(train: Winder) {
    super(train, {})
  }

  take(data: T): void {
    this.taken.push(data)
  }

  position(): number {
    return this.taken.length
  }

  override full(): boolean {
    return this.isFull
  }

  flush(position = this.taken.length): void {
    this.flushed = position
    this.train.flushed(this)
  }

  finish(): void {
    this.flush()
  }

  eventDone(id: string): void {
    this.heard.push(id)
  }

  eventRename(oldId: string, newId: string): void {
    this.heard.push(`${oldId}>${newId}`)
  }
}

/** The same without an ear: no cog of its train hears of ends. */
export class DeafDrain extends Drain<unknown> {
  flushed = 0
  #count = 0

  constructor(train: Winder) {
    super(train, {})
  }

  take(): void {
    this.flushed = ++this.#count
  }

  position(): number {
    return this.#count
  }
}

/** A train that runs: supply, the stages, a drain that writes when told. */
export interface RunningTrain extends TestTrain {
  readonly supply: TestSupply<number>
  readonly drain: ManualDrain
  /** Close the supply and come to the end. */
  end(): Promise<void>
  /** Resolves, or rejects with what failed. */
  readonly running: Promise<void>
}

/** Couple stages between a supply and a drain, and run. */
export async function runTrain(
  stages: (rig: TestTrain) => readonly unknown[],
  options: TrainOptions = {},
): Promise<RunningTrain> {
  const rig = testTrain(options)
  const { train } = rig
  const supply = new TestSupply<number>(train, {})
  const drain = new ManualDrain(train)
  lineOf(train.line, supply, ...stages(rig), drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined) // The test looks at it later.
  await turnOfNode()
  const end = async (): Promise<void> => {
    supply.close()
    await running
  }
  return { ...rig, supply, drain, running, end }
}

/** A line without types, for stages that a test makes up. */
export function lineOf(line: unknown, ...stages: unknown[]): Line<unknown> {
  return (line as (...stages: unknown[]) => Line<unknown>)(...stages)
}
