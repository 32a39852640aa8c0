/** Runs one random train through random crashes, and answers what its outputs hold in the end. */
import {
  Escapement,
  ManualClock,
  Train,
  keepIf,
  one,
  ordered,
  silentLogger,
  unordered,
  type DeadLetter,
} from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { lineOf } from '../engine-kit.js'
import type { Random } from '../random-train/random.js'
import { Gather, Later, ListDrain, MemoryCheckpoints, NumberSupply, Recall, type Life, type Numbered } from './world.js'

/** What came of it. */
export interface Outcome {
  readonly crashes: number
  readonly stages: readonly string[]
  /** Whatever was lost, doubled or wrong, in words. */
  readonly faults: readonly string[]
}

/** Deliberate mistakes, to see that the check finds them. */
export type Sabotage = 'none' | 'forget the open list' | 'do not cut back'

type Make = (random: Random, later: Later) => unknown
type Named = readonly [name: string, make: (train: Train, later: Later, random: Random) => unknown]

const wait =
  (percent: number, wrap: (fn: (data: Numbered) => unknown) => unknown): Make =>
  (random, later) =>
    wrap(async (data: Numbered) => {
      if (random.chance(percent)) await later.wait()
      if (data.n % 23 === 5) throw new Error('always fails')
      return [data]
    })

const KINDS: readonly Named[] = [
  ['one', () => one((data: Numbered) => ({ ...data }))],
  ['keep', () => keepIf(({ n }: Numbered) => n % 7 !== 3)],
  [
    'split',
    () => (data: Numbered) =>
      data.n % 5 === 0
        ? [
            { ...data, part: `${data.part}a` },
            { ...data, part: `${data.part}b` },
          ]
        : [data],
  ],
  ['fail', () => one((data: Numbered) => (data.n % 13 === 4 ? raise() : data))],
  ['stamp', () => one((data: Numbered) => ({ ...data, when: new Date(0) }))], // No record can hold it.
  ['unordered', (_, later, random) => wait(60, unordered as never)(random, later)],
  ['ordered', (_, later, random) => wait(30, ordered as never)(random, later)],
]

function raise(): never {
  throw new Error('fails')
}

/** One random train from its first start to its end. */
export async function runThroughCrashes(
  random: Random,
  isCompiled: boolean,
  sabotage: Sabotage = 'none',
): Promise<Outcome> {
  const checkpoints = new MemoryCheckpoints()
  const files: Record<'main' | 'side' | 'dead', unknown[]> = { main: [], side: [], dead: [] }
  const count = 40 + random.below(80)
  const kinds = Array.from({ length: 1 + random.below(4) }, () => random.pick(KINDS))
  const tail = random.pick(['plain', 'plain', 'gather', 'recall', 'fork'] as const)
  const hasParts = kinds.some(([name]) => name === 'split')
  // Parts that were gathered can't be brought back without a snapshot: no check-point is made then, which is right, too.
  let crashes = 0
  for (let isComplete = false; !isComplete;) {
    const life: Life = { isOver: false }
    checkpoints.life = life
    const clock = new ManualClock()
    const esc = new Escapement({ clock })
    const later = new Later(random, life)
    const train = new Train(esc, {
      ...{ log: silentLogger, isCompiled, checkpoints, checkpointMs: 10, inFlightMax: random.pick([4, 30, 10_000]) },
    })
    const supply = new NumberSupply(train, { count, whenResumed: random.pick([0, 3]) })
    const drainOf = <T>(file: unknown[]): ListDrain<T> =>
      new ListDrain<T>(train, file, life, { max: random.pick([3, Infinity]), isEager: random.chance(50) })
    const drains = { main: drainOf(files.main), side: drainOf(files.side) }
    const graves = drainOf(files.dead)
    const stages = kinds.map(([, make]) => make(train, later, random))
    if (tail === 'fork') {
      const slow = lineOf(train.line, wait(50, unordered as never)(random, later), drains.side)
      const fork = lineOf(train.line, supply, ...stages)
      ;(fork as unknown as { to(...lines: unknown[]): void }).to(lineOf(train.line, drains.main), slow)
    } else {
      const gather =
        tail === 'gather' ? [new Gather(train, { size: 4 })] : tail === 'recall' ? [new Recall(train, { size: 4 })] : []
      lineOf(train.line, supply, ...stages, ...gather, drains.main)
    }
    train.deadLettersTo((letter: DeadLetter) => [letter.data], graves)
    if (sabotage === 'do not cut back')
      for (const drain of [drains.main, drains.side, graves]) drain.cutBack = () => undefined
    const running = train.run({ signals: false })
    let isEnded = false as boolean
    running.then(
      () => (isEnded = true),
      () => (isEnded = true),
    )
    await rest()
    const steps = crashes < 6 ? random.below(40) : 100_000
    let isAsked = false
    for (let step = 0; step < steps && !isEnded; step++) {
      if (random.chance(50)) supply.push(1 + random.below(6))
      if (random.chance(60)) later.keep(1 + random.below(4))
      if (random.chance(50)) for (const drain of [drains.main, drains.side, graves]) drain.write(random.below(8))
      if (random.chance(50)) clock.advance(random.below(12))
      if (!isAsked && supply.next === count) {
        isAsked = true
        supply.endIt()
      }
      await rest()
    }
    isComplete = isEnded
    if (!isComplete) crashes++
    life.isOver = true
    if (sabotage === 'forget the open list' && checkpoints.record !== null) {
      checkpoints.record = JSON.stringify({ ...(JSON.parse(checkpoints.record) as object), origins: [], values: [] })
    }
  }
  const names = kinds.map(([name]) => name)
  const stages = [...names, tail, ...(hasParts ? ['parts'] : [])]
  return { crashes, stages, faults: check(names, tail, count, files) }
}

async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await turnOfNode()
}

function check(kinds: readonly string[], tail: string, count: number, files: Record<string, unknown[]>): string[] {
  const faults: string[] = []
  const arrived: string[] = []
  const dead: string[] = []
  const side: string[] = []
  for (let n = 0; n < count; n++) {
    let parts = ['']
    for (const kind of kinds) {
      const fails = (kind === 'fail' && n % 13 === 4) || ((kind === 'unordered' || kind === 'ordered') && n % 23 === 5)
      if (fails) dead.push(...parts.map((part) => `${n}${part}`))
      if (fails || (kind === 'keep' && n % 7 === 3)) parts = []
      if (kind === 'split' && n % 5 === 0) parts = parts.flatMap((part) => [`${part}a`, `${part}b`])
    }
    arrived.push(...parts.map((part) => `${n}${part}`))
    if (tail !== 'fork') continue
    if (n % 23 === 5) dead.push(...parts.map((part) => `${n}${part}`))
    else side.push(...parts.map((part) => `${n}${part}`))
  }
  const compare = (what: string, got: readonly unknown[], want: readonly string[]): void => {
    const found = new Map<string, number>()
    for (const datum of got.flat() as Numbered[]) {
      const key = `${datum.n}${datum.part}`
      found.set(key, (found.get(key) ?? 0) + 1)
    }
    for (const key of want) if (!found.has(key)) faults.push(`${what}: ${key} was lost`)
    for (const [key, times] of found) {
      if (times > 1) faults.push(`${what}: ${key} came ${times} times`)
      if (!want.includes(key)) faults.push(`${what}: ${key} has no business here`)
    }
  }
  compare('main', files['main'] ?? [], arrived)
  compare('side', files['side'] ?? [], side)
  compare('dead', files['dead'] ?? [], dead)
  return faults
}
