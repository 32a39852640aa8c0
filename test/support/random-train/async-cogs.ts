/** Random asynchronous cogs. A model beside each says what it holds: order kept, a settled result waits for its turn. */
import { Cog, one, ordered, unordered, type Turn } from '../../../lib/movement/index.js'
import { several, type Maker } from './cogs.js'
import { called } from './ends.js'
import { Tally, type Datum, type Oracle } from './oracle.js'

/** One datum in an asynchronous cog. */
interface Item {
  /** What happens to the accounts when it leaves; null while it isn't settled. */
  leave: (() => void) | null
}

/** What an asynchronous cog holds. */
class Model {
  readonly #oracle: Oracle
  readonly #tally: Tally
  readonly #isOrdered: boolean
  #items: Item[] = []
  readonly #ofDatum = new WeakMap<Datum, Item>()

  constructor(oracle: Oracle, tally: Tally, isOrdered: boolean) {
    this.#oracle = oracle
    this.#tally = tally
    this.#isOrdered = isOrdered
  }

  arrive(datum: Datum): Datum {
    const item: Item = { leave: null }
    this.#items.push(item)
    this.#ofDatum.set(datum, item)
    this.#tally.in++
    this.#tally.held++
    return datum
  }

  /** A turn ends with these results, or fails if there are none. */
  settle(datum: Datum): Datum[] | Error {
    const { random } = this.#oracle
    const item = this.#ofDatum.get(datum)
    if (item === undefined || item.leave !== null) throw new Error('an asynchronous turn came twice, or from nowhere')
    const counted = new Tally()
    const result = random.chance(15)
      ? this.#oracle.fails(datum, counted)
      : several(this.#oracle, counted, datum, random.below(3))
    item.leave = () => {
      const tally = this.#tally
      tally.held--
      tally.out += counted.out
      tally.swallowed += counted.swallowed
      tally.diverted += counted.diverted
    }
    this.#leave()
    return result
  }

  #leave(): void {
    let i = 0
    if (this.#isOrdered) {
      while (i < this.#items.length && (this.#items[i] as Item).leave !== null) this.#items[i++]?.leave?.()
      this.#items = this.#items.slice(i)
      return
    }
    for (const { leave } of this.#items) leave?.()
    this.#items = this.#items.filter(({ leave }) => leave === null)
  }
}

function make(isOrdered: boolean): Maker {
  return (train, oracle, name) => {
    const { random } = oracle
    const concurrencyMax = 1 + random.below(3)
    const model = new Model(oracle, oracle.tally(name), isOrdered)
    const asynchronous = (datum: Datum): Promise<Datum[]> =>
      new Promise((resolve, reject) => {
        oracle.later.push(() => {
          const result = model.settle(datum)
          if (result instanceof Error) reject(result)
          else resolve(result)
        })
      })
    const turn = (datum: Datum): Turn<Datum> => {
      if (random.chance(60)) return asynchronous(datum)
      const result = model.settle(datum)
      if (!(result instanceof Error)) return result
      // Order kept, what throws at once fails at once, past those before it: the model leaves that out.
      if (isOrdered) return Promise.reject(result)
      throw result
    }
    const arrival = one((datum: Datum) => model.arrive({ ...datum }))
    const Made = class extends Cog<Datum> {
      override readonly ordered = isOrdered
      override readonly concurrencyMax = concurrencyMax

      turn(datum: Datum): Turn<Datum> {
        oracle.checkId(this.train.id(), datum)
        return turn(datum)
      }
    }
    const wrap = isOrdered ? ordered : unordered
    const forms: (() => unknown)[] = [
      () => wrap(Object.defineProperty(turn, 'name', { value: name }), { concurrencyMax }),
      () => new (called(name, Made))(train, {}),
    ]
    if (isOrdered) {
      const async = async (datum: Datum): Promise<Datum[]> => asynchronous(datum)
      forms.push(() => Object.defineProperty(async, 'name', { value: name }))
    }
    return [arrival, random.pick(forms)()]
  }
}

export const inOrder = make(true)
export const outOfOrder = make(false)
