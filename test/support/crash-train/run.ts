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

/** How a train ends before its work is done: killed, or left to another one while it runs. */
export type Ending = 'kill' | 'leave' | 'either'

interface Setting {
  readonly kinds: readonly Named[]
  readonly tail: string
  readonly count: number
  readonly isCompiled: boolean
  readonly sabotage: Sabotage
}

/** One train, built and not started. */
interface Rig {
  readonly train: Train
  readonly supply: NumberSupply
  readonly drains: readonly ListDrain<unknown>[]
  readonly clock: ManualClock
  readonly later: Later
  readonly life: Life
}

/** One random train from its first start to its end. */
export async function runThroughCrashes(
  random: Random,
  isCompiled: boolean,
  sabotage: Sabotage = 'none',
  ending: Ending = 'kill',
): Promise<Outcome> {
  const checkpoints = new MemoryCheckpoints()
  const files: Files = { main: [], side: [], dead: [] }
  const count = 40 + random.below(80)
  const kinds = Array.from({ length: 1 + random.below(4) }, () => random.pick(KINDS))
  const tail = random.pick(['plain', 'plain', 'gather', 'recall', 'fork'] as const)
  const hasParts = kinds.some(([name]) => name === 'split')
  const setting = { kinds, tail, count, isCompiled, sabotage }
  // Parts that were gathered can't be brought back without a snapshot: no check-point is made then, which is right, too.
  let crashes = 0
  let heir: Rig | null = null
  for (;;) {
    const rig: Rig = heir ?? build(random, setting, checkpoints, files)
    heir = null
    const { train, supply, life } = rig
    checkpoints.life = life
    const running = train.run({ signals: false })
    let ends = 0
    running.then(
      () => ends++,
      () => ends++,
    )
    const isEnded = (): boolean => ends > 0
    await rest()
    const steps = crashes < 6 ? random.below(40) : 100_000
    let isAsked = false
    for (let step = 0; step < steps && !isEnded(); step++) {
      move(random, rig)
      if (!isAsked && supply.next === count) {
        isAsked = true
        supply.endIt()
      }
      await rest()
    }
    if (isEnded()) break
    crashes++
    if (ending === 'leave' || (ending === 'either' && random.chance(50))) {
      const next = build(random, setting, checkpoints, files)
      let how = 'nothing'
      void train.leaveTo(next.train).then((told) => (how = told))
      const isKilled = ending === 'either' && random.chance(30)
      for (let step = isKilled ? random.below(10) : 100_000; step > 0 && !isEnded(); step--) {
        move(random, rig)
        await rest()
      }
      await rest()
      if (how === 'ended') break
      if (isEnded()) heir = next
    }
    life.isOver = true
    if (sabotage === 'forget the open list' && checkpoints.record !== null) {
      checkpoints.record = JSON.stringify({ ...(JSON.parse(checkpoints.record) as object), origins: [], values: [] })
    }
  }
  const names = kinds.map(([name]) => name)
  const stages = [...names, tail, ...(hasParts ? ['parts'] : [])]
  return { crashes, stages, faults: check(names, tail, count, files) }
}

type Files = Record<'main' | 'side' | 'dead', unknown[]>

function build(random: Random, setting: Setting, checkpoints: MemoryCheckpoints, files: Files): Rig {
  const { kinds, tail, count, isCompiled, sabotage } = setting
  const life: Life = { isOver: false }
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
  const all = [drains.main, drains.side, graves]
  if (sabotage === 'do not cut back') for (const drain of all) drain.cutBack = () => undefined
  return { train, supply, drains: all, clock, later, life }
}

/** Let something happen. */
function move(random: Random, { supply, later, drains, clock }: Rig): void {
  if (random.chance(50)) supply.push(1 + random.below(6))
  if (random.chance(60)) later.keep(1 + random.below(4))
  if (random.chance(50)) for (const drain of drains) drain.write(random.below(8))
  if (random.chance(50)) clock.advance(random.below(12))
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
