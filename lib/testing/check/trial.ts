/** One seed: a train is led through its life in one of several ways, and what came of it is looked at. */
import { inspect } from 'node:util'
import type { Faults } from './faults.js'
import { Life, type LifeOptions, type Outcome, type Step } from './life.js'
import { Random } from './random.js'
import type { MakeCog } from './stages.js'
import { KeptRecord } from './kept-record.js'

/** What a train is led through. */
export type Way = 'to its end' | 'to a stop' | 'through a check-point' | 'in lines and in texts'

/** What is tried. */
export interface TrialOptions {
  readonly make: MakeCog
  /** Makes the inputs, fresh each time. */
  readonly data: () => readonly unknown[]
  readonly seed: number
  readonly way: Way
  readonly isCompiled: boolean
  readonly isListening: boolean
  readonly cameOf: LifeOptions['cameOf']
  readonly waitMs: number
}

const BEGIN_MS = Date.UTC(2026, 0, 1)
const DELAYS_MS = [0, 0, 1, 20, 300, 1000, 60_000]

/** Try it once. What is wrong is told to `faults`. */
export async function tryOnce(options: TrialOptions, faults: Faults): Promise<Outcome> {
  const trial = new Trial(options, faults)
  switch (options.way) {
    case 'to a stop':
      return await trial.toAStop()
    case 'through a check-point':
      return await trial.throughACheckpoint()
    case 'in lines and in texts':
      return await trial.inLinesAndTexts()
    default:
      return await trial.toItsEnd({})
  }
}

class Trial {
  readonly #options: TrialOptions
  readonly #faults: Faults
  readonly #steps: readonly Step[]
  readonly #middle: number
  readonly #isDelaying: boolean

  constructor(options: TrialOptions, faults: Faults) {
    this.#options = options
    this.#faults = faults
    const random = new Random(options.seed)
    this.#steps = stepsFor(options.data().length, random)
    this.#middle = random.below(this.#steps.length + 1)
    this.#isDelaying = random.chance(50)
  }

  async toItsEnd(more: Partial<LifeOptions>): Promise<Outcome> {
    const life = this.#life(more)
    await life.begin()
    for (const step of this.#steps) await life.step(step)
    await life.end('ended')
    return life.outcome
  }

  async toAStop(): Promise<Outcome> {
    const life = this.#life({})
    await life.begin()
    for (const step of this.#steps.slice(0, this.#middle)) await life.step(step)
    await life.end('stopped')
    return life.outcome
  }

  /** What comes out must be what comes out without. */
  async throughACheckpoint(): Promise<Outcome> {
    const without = await this.toItsEnd({ store: new KeptRecord() })
    if (this.#faults.list.length > 0) return without
    const store = new KeptRecord()
    const before = this.#life({ store })
    await before.begin()
    for (const step of this.#steps.slice(0, this.#middle)) await before.step(step)
    await before.cut()
    const gathered = before.stages.map((stage) => before.accounts.heldBy(stage).gathered)
    const { outputs, failures } = before.outcome
    const kept = { outputs: [...outputs], failures: [...failures], nowMs: before.clock.now(), isRestored: true }
    const text = store.text
    await before.kill()
    if (this.#faults.list.length > 0) return without
    const life = this.#life({ ...kept, store: new KeptRecord(text) })
    await life.begin()
    for (const step of this.#steps.slice(this.#middle)) await life.step(step)
    await life.end('ended')
    life.stages.forEach((stage, i) => {
      const restored = life.restoredBy(stage)
      if (restored === null || restored === gathered[i]) return
      const were = `at the snapshot there were ${gathered[i] ?? 0}`
      this.#faults.add(`says in restore() that ${restored} data are gathered: ${were}`)
    })
    this.#compare(without, life.outcome, 'changes the result by snapshot() and restore()')
    return without
  }

  /** The cog's batch form must give what its turns give. */
  async inLinesAndTexts(): Promise<Outcome> {
    const lines = await this.toItsEnd({})
    const texts = await this.toItsEnd({ isText: true })
    this.#compare(lines, texts, 'gives something else by batch() than by turn()')
    return lines
  }

  #life(more: Partial<LifeOptions>): Life {
    const { data, ...options } = this.#options
    const own = {
      inputs: data(),
      originals: data(),
      isDelaying: this.#isDelaying,
      outputs: [],
      failures: [],
    }
    const plain = { isText: false, store: null, nowMs: BEGIN_MS, isRestored: false }
    return new Life({ ...options, ...own, ...plain, ...more }, this.#faults.branch())
  }

  #compare(expected: Outcome, found: Outcome, fault: string): void {
    if (this.#faults.list.length > 0) return // What else is wrong explains it.
    for (const [what, wanted, given] of [
      ['outputs', expected.outputs, found.outputs],
      ['failures', expected.failures, found.failures],
    ] as const) {
      const [lost, extra] = differenceOf(wanted, given)
      if (lost.length === 0 && extra.length === 0) continue
      this.#faults.add(`${fault}: of the ${what}, ${listOf(lost)} are lost, ${listOf(extra)} are too many`)
    }
  }
}

/** Random steps that put so many inputs, in chunks of one to five. */
function stepsFor(length: number, random: Random): Step[] {
  const steps: Step[] = []
  for (let left = length; left > 0;) {
    const count = Math.min(left, 1 + random.below(5))
    steps.push({ count, delayMs: random.pick(DELAYS_MS) })
    left -= count
  }
  return steps
}

/** What is in one list and not in the other, and the other way; each as text, whatever the order. */
function differenceOf(wanted: readonly unknown[], given: readonly unknown[]): [lost: string[], extra: string[]] {
  const lost: string[] = []
  const rest = given.map(textOf)
  for (const text of wanted.map(textOf)) {
    const at = rest.indexOf(text)
    if (at < 0) lost.push(text)
    else rest.splice(at, 1)
  }
  return [lost, rest]
}

function textOf(data: unknown): string {
  return inspect(data, {
    depth: null,
    sorted: true,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Infinity,
  })
}

function listOf(texts: readonly string[]): string {
  const some = texts.slice(0, 3).map((text) => (text.length > 100 ? `${text.slice(0, 97)}...` : text))
  return texts.length === 0 ? 'none' : `${some.join(', ')}${texts.length > 3 ? ` and ${texts.length - 3} more` : ''}`
}
