/**
 * Whether the train's accounts are true. They are compared with counts that don't come from its ledger: what arrives in
 * front of the cogs and leaves behind them, dead letters by their drain, holds by the list of what is in flight, and what
 * each cog itself did.
 */
import type { Account } from '../../movement/life/ledger.js'
import type { CheckTrain } from './check-train.js'
import type { Faults } from './faults.js'

/** What was counted outside. */
export interface Counts {
  /** Data in front of the first cog and behind the last. */
  arrived: number
  departed: number
  /** Dead letters, by the cog's name. */
  readonly failed: Map<string, number>
}

/** What stands between the counts. */
export interface Accounted {
  readonly train: CheckTrain
  readonly cogs: readonly object[]
  readonly counts: Counts
  readonly faults: Faults
  /** Whether data of an earlier run came in besides those that arrived. */
  readonly isRestored: boolean
}

/** The accounts of the cogs of one train. */
export class AccountBook {
  readonly #accounted: Accounted
  #places: readonly number[] = []

  constructor(accounted: Accounted) {
    this.#accounted = accounted
  }

  /** Compare, outside of a turn. */
  check(when: string): void {
    const { train, cogs, counts, faults, isRestored } = this.#accounted
    if (this.#places.length === 0) this.#places = cogs.map((cog) => train.placeOf(cog))
    const accounts = train.accounts()
    const own = this.#places.map((place) => accounts[place] as Account)
    own.forEach((account, i) => this.#checkOne(account, i, when))
    const [first] = own
    const last = own.at(-1)
    if (first !== undefined && !isRestored && first.in !== counts.arrived)
      faults.add(untrue(first, when, `it says ${first.in} in, and ${counts.arrived} arrived`))
    if (last !== undefined && last.out !== counts.departed)
      faults.add(untrue(last, when, `it says ${last.out} out, and ${counts.departed} left`))
  }

  /** How many data a cog holds or has gathered, by the lists of them. */
  heldBy(cog: object): { held: number; gathered: number } {
    const { train } = this.#accounted
    const place = train.placeOf(cog)
    let held = 0
    for (const hold of train.journey?.inFlight.holds() ?? []) if (hold.place === place) held++
    for (const text of train.journey?.inFlight.texts ?? []) if (text.place === place) held += text.count
    let gathered = 0
    for (const bundle of train.journey?.bundles ?? []) if (bundle.place === place) gathered += bundle.size
    return { held, gathered }
  }

  #checkOne(account: Account, i: number, when: string): void {
    const { train, cogs, counts, faults } = this.#accounted
    const { cog, split, out, swallowed, merged, held, diverted } = account
    const tell = (what: string): void => faults.add(untrue(account, when, what))
    if (account.in + split !== out + swallowed + merged + held + diverted)
      tell(`it doesn't balance: ${textOf(account)}`)
    const negative = Object.entries(account).find(([, value]) => typeof value === 'number' && value < 0)
    if (negative !== undefined) tell(`${negative[0]} is ${String(negative[1])}: ${textOf(account)}`)
    const stage = cogs[i] as object
    const lists = this.heldBy(stage)
    if (held !== lists.held + lists.gathered) tell(`it says ${held} held, and there are ${lists.held + lists.gathered}`)
    const failed = counts.failed.get(cog) ?? 0
    if (diverted !== failed) tell(`it says ${diverted} diverted, and there are ${failed} dead letters`)
    const spy = train.spies.get(stage)
    const difference = spy?.isWatching === true ? spy.tally.differsFrom(account) : null
    if (difference !== null) tell(difference)
  }
}

function untrue({ cog }: Account, when: string, what: string): string {
  return `has an untrue account ${when} (of ${cog}): ${what}`
}

function textOf({ cog: _, ...columns }: Account): string {
  return Object.entries(columns)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
