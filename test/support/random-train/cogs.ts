/** Random cogs of every kind. Each counts what it does, and tells the oracle what becomes of each datum. */
import {
  Cog,
  itemGetter,
  itemSetter,
  keepIf,
  Keeper,
  Mapper,
  Modifier,
  one,
  type Bundle,
  type Hold,
  type TrainForCogs,
  type Turn,
  type Winder,
} from '../../../lib/movement/index.js'
import { called } from './ends.js'
import type { Datum, Oracle, Tally } from './oracle.js'

/** Makes the stages of one random cog. */
export type Maker = (train: Winder, oracle: Oracle, name: string) => unknown[]

/** Several data of one event in the place of one. */
export function several(oracle: Oracle, tally: Tally, datum: Datum, n: number): Datum[] {
  datum.event.live += n - 1
  tally.out += n
  if (n === 0) tally.swallowed++
  return Array.from({ length: n }, () => ({ ...datum }))
}

/** In a turn: count the datum, and now and then do something of another event in the midst of it. */
function begin(oracle: Oracle, tally: Tally): void {
  tally.in++
  if (oracle.random.chance(8)) oracle.doOne()
}

const mapping: Maker = (train, oracle, name) => {
  const { random } = oracle
  const tally = oracle.tally(name)
  const map = (datum: Datum): Datum => {
    begin(oracle, tally)
    if (random.chance(5)) throw oracle.fails(datum, tally)
    tally.out++
    return { ...datum }
  }
  if (random.chance(50)) return [one(Object.defineProperty(map, 'name', { value: name }))]
  const Made = class extends Mapper<Datum> {
    one(datum: Datum): Datum {
      oracle.checkId(this.train.id(), datum)
      return map(datum)
    }
  }
  return [new (called(name, Made))(train, {})]
}

const keeping: Maker = (train, oracle, name) => {
  const tally = oracle.tally(name)
  const keep = (datum: Datum): boolean => {
    begin(oracle, tally)
    const isKept = oracle.random.chance(70)
    if (isKept) tally.out++
    else {
      tally.swallowed++
      datum.event.live--
    }
    return isKept
  }
  if (oracle.random.chance(50)) return [keepIf(Object.defineProperty(keep, 'name', { value: name }))]
  const Made = class extends Keeper<Datum> {
    test(datum: Datum): boolean {
      return keep(datum)
    }
  }
  return [new (called(name, Made))(train, {})]
}

const modifying: Maker = (train, oracle, name) => {
  const tally = oracle.tally(name)
  const Made = class extends Modifier<Datum, number, number> {
    compute(piece: number): number {
      begin(oracle, tally)
      tally.out++
      return piece + 1
    }
  }
  const setter = itemSetter<Datum, number>(oracle.random.pick(['piece', ['deep', 'piece']]), { copy: true })
  return [new (called(name, Made))(train, { getter: itemGetter<Datum, number>('n'), setter })]
}

const plain: Maker = (_train, oracle, name) => {
  const { random } = oracle
  const tally = oracle.tally(name)
  const turn = (datum: Datum): Turn<Datum> => {
    begin(oracle, tally)
    if (random.chance(8)) throw oracle.fails(datum, tally)
    const n = random.below(4)
    const results = several(oracle, tally, datum, n)
    if (n === 0 && random.chance(50)) return random.pick([null, undefined])
    return random.chance(80) ? results : new Set(results)
  }
  return [Object.defineProperty(turn, 'name', { value: name })]
}

const generating: Maker = (_train, oracle, name) => {
  const { random } = oracle
  const tally = oracle.tally(name)
  const turn = function* (datum: Datum): Generator<Datum> {
    begin(oracle, tally)
    const n = random.below(4)
    const failing = random.chance(20) ? random.below(n + 1) : -1
    for (let i = 0; i < n; i++) {
      if (i === failing) throw oracle.fails(datum, tally)
      datum.event.live++
      tally.out++
      yield { ...datum }
    }
    if (failing === n) throw oracle.fails(datum, tally)
    if (n === 0) tally.swallowed++
    datum.event.live--
  }
  return [Object.defineProperty(turn, 'name', { value: name })]
}

const holding: Maker = (train, oracle, name) => {
  const { random } = oracle
  const tally = oracle.tally(name)
  const own = new Set<() => void>()
  const giveBack = (cog: TrainForCogs, hold: Hold<Datum>): void => {
    tally.held--
    if (random.chance(15)) {
      cog.reject(hold, oracle.fails(hold.data, tally))
      return
    }
    const results = several(oracle, tally, hold.data, random.below(4))
    if (results.length === 0 && random.chance(50)) cog.resume(hold, null)
    else cog.resume(hold, random.chance(70) ? results : results.values())
  }
  const Made = class extends Cog<Datum> {
    turn(datum: Datum): Turn<Datum> {
      begin(oracle, tally)
      oracle.checkId(this.train.id(), datum)
      const isShared = random.chance(30)
      tally.held++
      if (isShared) {
        tally.out++
        datum.event.live++
      }
      const hold = isShared ? this.train.share(datum) : this.train.hold(datum)
      let isBack = false
      const task = (): void => {
        own.delete(task)
        if (isBack) return
        isBack = true
        giveBack(this.train, hold)
      }
      own.add(task)
      if (random.chance(20)) task()
      else oracle.later.push(task)
      oracle.checkId(this.train.id(), datum)
      return isShared ? [{ ...datum }] : null
    }

    override finish(): void {
      // The others come back while the train waits for it to be at rest.
      for (const task of own) if (random.chance(50)) task()
    }
  }
  return [new (called(name, Made))(train, {})]
}

const merging: Maker = (train, oracle, name) => {
  const { random } = oracle
  const tally = oracle.tally(name)
  const size = 2 + random.below(3)
  let holds: Hold<Datum>[] = []
  const Made = class extends Cog<Datum> {
    turn(datum: Datum): Turn<Datum> {
      begin(oracle, tally)
      holds.push(this.train.hold(datum))
      tally.held++
      if (holds.length >= size) this.#merge()
      return null
    }

    override finish(): void {
      if (holds.length > 0) this.#merge()
    }

    #merge(): void {
      const all = holds
      holds = []
      this.train.merge(
        all,
        mergedOf(
          oracle,
          tally,
          all.map(({ data }) => data),
        ),
      )
    }
  }
  return [new (called(name, Made))(train, {})]
}

const bundling: Maker = (train, oracle, name) => {
  const tally = oracle.tally(name)
  tally.isLimited = false
  const size = 2 + oracle.random.below(6)
  let data: Datum[] = []
  const Made = class extends Cog<Datum> {
    #bundle: Bundle | null = null

    turn(datum: Datum): Turn<Datum> {
      begin(oracle, tally)
      this.#bundle ??= this.train.bundle()
      this.#bundle.add()
      data.push(datum)
      tally.held++
      if (this.#bundle.size >= size) this.finish()
      return null
    }

    override finish(): void {
      const all = data
      data = []
      const bundle = this.#bundle
      this.#bundle = null
      if (bundle !== null) bundle.give(mergedOf(oracle, tally, all))
    }
  }
  return [new (called(name, Made))(train, {})]
}

function mergedOf(oracle: Oracle, tally: Tally, data: readonly Datum[]): Datum | null {
  tally.held -= data.length
  if (oracle.random.chance(15)) {
    tally.swallowed += data.length
    for (const { event } of data) event.live--
    return null
  }
  tally.merged += data.length
  tally.out++
  return { event: oracle.merge(data.map(({ event }) => event)), n: data[0]?.n ?? 0 }
}

/** Cogs that keep the order of their data. */
export const orderly: readonly Maker[] = [mapping, keeping, modifying, plain, generating]
/** Cogs that hold their data until someone gives them back. */
export const keepers: readonly Maker[] = [holding, holding, merging, bundling]
