import { expect, test } from '@jest/globals'
import type { Account, Hold, Train } from '../../../lib/movement/index.js'
import type { Ledger } from '../../../lib/movement/life/ledger.js'
import { AccountBook, type Counts } from '../../../lib/testing/check/account-book.js'
import type { CheckTrain } from '../../../lib/testing/check/check-train.js'
import { Faults } from '../../../lib/testing/check/faults.js'
import { checkCog } from '../../../lib/testing/index.js'
import { Gather, ITEMS, Pairs, Twice, Wait, type Item } from './cogs.js'

/** Counts something once too often, when the datum with this number has its turn. */
const spoil = (train: Train, cog: object, column: keyof Ledger, at = 5) => ({
  ...{ cog, turn: Reflect.get(cog, 'turn') as (data: Item) => unknown },
  install() {
    const turn = (data: Item): unknown => {
      if (data.n === at) (train.journey?.ledger[column] as Float64Array)[train.placeOf(cog)]! += 1
      return this.turn.call(cog, data)
    }
    return Object.assign(cog, { turn })
  },
})

test.each([
  'exits',
  'extra',
  'failed',
  'failedHeld',
  'holds',
  'back',
  'none',
  'resumed',
  'merged',
  'mergers',
  'shared',
] as const)('an account in which %s is wrong by one is not true, whatever kind of cog has it', async (column) => {
  for (const Made of [Wait, Twice, Pairs, Gather] as (new (train: Train, options: object) => object)[]) {
    const checking = checkCog((train) => spoil(train, new Made(train, {}), column).install(), ITEMS, {
      seed: 2,
      runs: 1,
    })
    await expect(checking).rejects.toThrow(new RegExp(`^${Made.name} (has an untrue account|doesn't come to its end)`))
  }
})

test('what a function gives is counted outside', async () => {
  const make = (train: Train) => {
    const pass = (data: Item): Item[] => {
      if (data.n === 5) train.journey!.ledger.extra[train.placeOf(pass)]! += 1
      return [data]
    }
    return pass
  }
  await expect(checkCog(make, ITEMS, { seed: 2, runs: 1 })).rejects.toThrow(
    'pass has an untrue account between two inputs (of pass): it says 7 out, and 6 left',
  )
})

test('what arrives is counted outside, too', async () => {
  const make = (train: Train) => {
    const pass = (data: Item): Item[] => {
      if (data.n === 5) train.journey!.ledger.put[0]! += 1
      return [data]
    }
    return pass
  }
  await expect(checkCog(make, ITEMS, { seed: 2, runs: 1 })).rejects.toThrow('(of pass): it says 7 in, and 6 arrived')
})

test('dead letters are counted by their drain', async () => {
  const make = (train: Train) => {
    const pass = (data: Item): Item[] => {
      if (data.n === 5) train.journey!.ledger.failed[train.placeOf(pass)]! += 1
      return data.n === 5 ? [] : [data]
    }
    return pass
  }
  await expect(checkCog(make, ITEMS, { seed: 2, runs: 1 })).rejects.toThrow(
    'it says 1 diverted, and there are 0 dead letters',
  )
})

/** Checks an account of a train that has nothing but that. */
function check(account: Partial<Account>, counts: Partial<Counts> = {}, held = 0, gathered = 0): readonly string[] {
  const faults = new Faults()
  const full = { cog: 'x', in: 1, split: 0, out: 1, swallowed: 0, merged: 0, held: 0, diverted: 0, ...account }
  const bundles = gathered === 0 ? [] : [{ place: 0, size: gathered }]
  const holds = () => Array.from({ length: held }, () => ({ place: 0 }))
  const train = {
    placeOf: () => 0,
    accounts: () => [full],
    spies: new Map(),
    journey: { inFlight: { holds }, bundles },
  }
  const counted = { arrived: full.in, departed: full.out, failed: new Map<string, number>(), ...counts }
  new AccountBook({
    train: train as unknown as CheckTrain,
    cogs: [full],
    counts: counted,
    faults,
    isRestored: false,
  }).check('now')
  return faults.list
}

test.each<[string, readonly string[], readonly string[]]>([
  ['balances', check({ in: 2, split: 1, out: 2, swallowed: 1 }), []],
  [
    'does not balance',
    check({ in: 2 }),
    ["it doesn't balance: in 2, split 0, out 1, swallowed 0, merged 0, held 0, diverted 0"],
  ],
  [
    'is negative',
    check({ out: 2, swallowed: -1 }),
    ['swallowed is -1: in 1, split 0, out 2, swallowed -1, merged 0, held 0, diverted 0'],
  ],
  ['holds what is there', check({ in: 4, held: 3 }, {}, 1, 2), []],
  ['holds what is not there', check({ in: 4, held: 3 }, {}, 1, 1), ['it says 3 held, and there are 2']],
  ['has other failures', check({ in: 2, diverted: 1 }), ['it says 1 diverted, and there are 0 dead letters']],
  ['has its failures', check({ in: 2, diverted: 1 }, { failed: new Map([['x', 1]]) }), []],
  ['has other arrivals', check({}, { arrived: 2 }), ['it says 1 in, and 2 arrived']],
  ['has other departures', check({}, { departed: 2 }), ['it says 1 out, and 2 left']],
])('an account that %s is judged so', (_name, faults, expected) => {
  expect(faults).toEqual(expected.map((what) => `has an untrue account now (of x): ${what}`))
})

test('an account is looked at in the moment when something was given back', async () => {
  class Flicker extends Wait {
    private readonly whole: Train

    constructor(whole: Train) {
      super(whole, {})
      this.whole = whole
    }

    protected override back(hold: Hold<Item>): void {
      const { none } = this.whole.journey!.ledger
      none[this.whole.placeOf(this)]! += 1
      super.back(hold)
      none[this.whole.placeOf(this)]! -= 1
    }
  }
  const checking = checkCog((train) => new Flicker(train), ITEMS, { seed: 2, runs: 1 })
  await expect(checking).rejects.toThrow('has an untrue account after something was given back')
})
