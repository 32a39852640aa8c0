/** Builds a random train and lives through its life, with the oracle looking on. */
import { Escapement, ManualClock, Train, one, silentLogger, type Line } from '../../../lib/movement/index.js'
import { inOrder, outOfOrder } from './async-cogs.js'
import { keepers, orderly, type Maker } from './cogs.js'
import { called, ListeningDrain, RandomDrain, RandomSupply } from './ends.js'
import { Oracle, type Datum } from './oracle.js'
import { Random } from './random.js'

type AnyLine = Line<Datum, Datum>

/** What came of one train. */
export interface Outcome {
  readonly faults: readonly string[]
  readonly events: number
  readonly description: string
}

/** Run one random train from its start to its orderly end. */
export async function runRandomTrain(random: Random, isCompiled: boolean): Promise<Outcome> {
  const life = new Life(random, isCompiled)
  await life.run()
  return life.outcome
}

class Life {
  readonly #random: Random
  readonly #oracle: Oracle
  readonly #esc = new Escapement({ clock: new ManualClock() })
  readonly #train: Train
  readonly #supplies: RandomSupply[] = []
  readonly #drains: RandomDrain[] = []
  /** Whether all data of each event must arrive in the order in which they were put. */
  readonly #isOrderly: boolean
  readonly #isHeard: boolean
  readonly #inFlightMax: number
  readonly #stages: string[] = []
  #serial = 0

  constructor(random: Random, isCompiled: boolean) {
    this.#random = random
    const isDropping = random.chance(10)
    this.#oracle = new Oracle(random, isDropping)
    this.#isOrderly = random.chance(20)
    this.#isHeard = random.chance(70)
    this.#inFlightMax = random.pick([3, 10, 10_000])
    this.#train = new Train(this.#esc, {
      ...{ log: silentLogger, idPrefix: 'e', isCompiled, inFlightMax: this.#inFlightMax },
      onError: isDropping ? 'drop' : 'divert',
    })
    this.#build()
  }

  get outcome(): Outcome {
    const { faults, events } = this.#oracle
    return { faults, events: events.length, description: this.#stages.join(' ') }
  }

  async run(): Promise<void> {
    const random = this.#random
    let isEnded = false as boolean
    const running = this.#train.run({ signals: false }).then(
      () => (isEnded = true),
      (error: unknown) => {
        this.#oracle.fault(`the run failed: ${String(error)}`)
        isEnded = true
      },
    )
    await rest()
    for (let step = 0; step < 8; step++) {
      random.pick(this.#supplies).push(random.below(6))
      while (random.chance(60)) this.#oracle.doOne()
      await rest()
      this.#checkMidway(`after step ${step}`)
      for (const drain of this.#drains) {
        drain.isFull = random.chance(10)
        if (random.chance(50)) drain.flush(random.chance(30))
      }
    }
    for (const supply of this.#supplies) supply.close()
    for (let round = 0; round < 500 && !isEnded; round++) {
      while (random.chance(80)) this.#oracle.doOne()
      await rest()
    }
    if (!isEnded) this.#oracle.fault('the train never came to its end')
    else await running
    this.#checkEnd()
    this.#esc.close()
  }

  #build(): void {
    const random = this.#random
    const train = this.#train
    const count = this.#isOrderly ? 1 : 1 + random.below(2)
    for (let i = 0; i < count; i++) this.#supplies.push(new RandomSupply(train, this.#oracle))
    if (this.#isOrderly) {
      this.#line(this.#supplies[0], ...this.#cogs([...orderly, inOrder], 4), this.#drain())
    } else if (count === 2) {
      const shared = this.#line(...this.#anyCogs(3), ...this.#maybeDrain())
      for (const supply of this.#supplies) this.#line(supply, ...this.#anyCogs(2)).to(shared)
      if (shared.isOpen) this.#fork(shared)
    } else this.#fork(this.#line(this.#supplies[0], ...this.#anyCogs(4)))
    const dead = new (this.#isHeard ? ListeningDrain : RandomDrain)(train, this.#oracle, null)
    this.#drains.push(dead)
    train.deadLettersTo(dead)
  }

  /** Several ways on, some of which may come together again. */
  #fork(line: AnyLine): void {
    const random = this.#random
    const ways = 1 + random.below(3)
    const doubling = this.#line(
      one((datum: Datum) => {
        datum.event.live += ways - 1
        return datum
      }),
    )
    line.to(doubling)
    const tail = random.chance(40) ? this.#line(...this.#anyCogs(2), this.#drain()) : null
    const branches = Array.from({ length: ways }, () => {
      if (tail === null) return this.#line(...this.#anyCogs(2), this.#drain())
      return this.#line(...this.#anyCogs(2)).to(tail)
    })
    doubling.to(...branches.map((branch) => (random.chance(30) ? { line: branch, shared: true } : branch)))
  }

  #anyCogs(max: number): unknown[] {
    return this.#cogs([...orderly, ...keepers, inOrder, outOfOrder], max)
  }

  #cogs(makers: readonly Maker[], max: number): unknown[] {
    const count = 1 + this.#random.below(max)
    return Array.from({ length: count }, () => {
      const name = `cog${this.#serial++}`
      return this.#random.pick(makers)(this.#train, this.#oracle, name)
    }).flat()
  }

  #maybeDrain(): unknown[] {
    return this.#random.chance(30) ? [this.#drain()] : []
  }

  /** A drain, sometimes one that ends another line already. */
  #drain(): RandomDrain {
    const { tallies } = this.#oracle
    if (this.#drains.length > 0 && this.#random.chance(20)) {
      const again = this.#random.below(this.#drains.length)
      tallies.delete(`drain${again}`) // It has an account for each of its lines now.
      return this.#drains[again] as RandomDrain
    }
    const name = `drain${this.#drains.length}`
    const drain = new (called(name, class extends RandomDrain {}))(this.#train, this.#oracle, this.#oracle.tally(name))
    this.#drains.push(drain)
    return drain
  }

  #line(...stages: unknown[]): AnyLine {
    this.#stages.push(`[${stages.map(describe).join(' ')}]`)
    return (this.#train.line as unknown as (...stages: unknown[]) => AnyLine)(...stages)
  }

  #checkMidway(when: string): void {
    this.#oracle.checkAccounts(this.#train, when)
    if (this.#train.journey?.ticket !== null) this.#oracle.fault(`${when}: a passage is still open`)
    const { held } = this.#oracle
    const isADrainFull = this.#drains.some((drain) => drain.isFull)
    for (const { paused } of this.#supplies) {
      if (held >= this.#inFlightMax && !paused) this.#oracle.fault(`${when}: ${held} held, and a supply is not paused`)
      if (held * 2 <= this.#inFlightMax && paused && !isADrainFull)
        this.#oracle.fault(`${when}: only ${held} held, and a supply is paused`)
    }
  }

  #checkEnd(): void {
    const oracle = this.#oracle
    oracle.checkAccounts(this.#train, 'at the end')
    oracle.checkEnd(this.#isHeard)
    for (const supply of this.#supplies) supply.checkEnd()
    if (oracle.held > 0) oracle.fault(`${oracle.held} data are held at the end`)
    const inFlight = this.#train.journey?.inFlight
    if (inFlight?.count !== 0 || inFlight.bytes !== 0) oracle.fault('something is in flight at the end')
    for (const { numbers } of this.#isOrderly ? this.#drains.slice(0, -1) : []) {
      if (numbers.some((n, i) => i > 0 && n < (numbers[i - 1] as number)))
        oracle.fault(`out of order: ${numbers.join(' ')}`)
    }
  }
}

function describe(stage: unknown): string {
  return typeof stage === 'function' ? stage.name : (stage as object).constructor.name
}

/** Everything that Node has ready was done. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
