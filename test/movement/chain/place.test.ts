import { expect, test } from '@jest/globals'
import {
  Cog,
  keepIf,
  Keeper,
  Mapper,
  Modifier,
  one,
  ordered,
  unordered,
  type Turn,
} from '../../../lib/movement/index.js'
import { forkPlace, lastPlaces, lifecycleOf, placeOf } from '../../../lib/movement/chain/place.js'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { DeafDrain, Keep } from '../../support/engine-kit.js'

const { train } = testTrain()

class Double extends Mapper<number> {
  one(n: number): number {
    return n * 2
  }
}
class Even extends Keeper<number> {
  test(n: number): boolean {
    return n % 2 === 0
  }
}
class Add extends Modifier<{ n: number }, number, number> {
  compute(n: number): number {
    return n + 1
  }
}
class Unruly extends Double {
  override turn(n: number): Turn<number> {
    return [n, n]
  }
}
class Slow extends Cog<number> {
  override readonly ordered = false

  turn(n: number): Turn<number> {
    return Promise.resolve([n])
  }
}
class SlowToo extends Cog<number> {
  async turn(n: number): Promise<number[]> {
    return Promise.resolve([n])
  }
}
const accessors = { getter: ({ n }: { n: number }) => n, setter: (d: { n: number }, n: number) => ({ ...d, n }) }

test.each([
  ['a supply', new TestSupply(train, {}), 'supply', 'TestSupply'],
  ['a drain', new DeafDrain(train), 'drain', 'DeafDrain'],
  ['a plain function', (n: number) => [n], 'turn', 'function'],
  [
    'a named function',
    function double(n: number) {
      return [n * 2]
    },
    'turn',
    'double',
  ],
  ['one', one(Math.abs), 'one', 'abs'],
  ['keepIf', keepIf(Number.isFinite), 'test', 'isFinite'],
  ['an async function', async (n: number) => Promise.resolve([n]), 'async', 'function'],
  ['ordered', ordered((n: number) => [n]), 'async', 'function'],
  ['unordered', unordered((n: number) => [n]), 'async', 'function'],
  ['a Mapper', new Double(train, {}), 'one', 'Double'],
  ['a Keeper', new Even(train, {}), 'test', 'Even'],
  ['a Modifier', new Add(train, accessors), 'modify', 'Add'],
  ['a Mapper that overrides turn()', new Unruly(train, {}), 'turn', 'Unruly'],
  ['a cog that says how it is asynchronous', new Slow(train, {}), 'async', 'Slow'],
  ['a cog with an async turn()', new SlowToo(train, {}), 'async', 'SlowToo'],
  ['a cog with a method called take', new Keep(train, {}), 'turn', 'Keep'],
  ['any object with turn()', { turn: (n: number) => [n] }, 'turn', 'Object'],
])('%s', (_name, stage, kind, name) => {
  expect(placeOf(stage)).toMatchObject({ kind, name, occupant: stage, index: -1 })
})

test('an asynchronous cog keeps order and has at most 16 turns under way, unless it says otherwise', () => {
  expect(placeOf(new SlowToo(train, {})).async).toEqual({ ordered: true, concurrencyMax: 16 })
  expect(placeOf(new Slow(train, {})).async).toEqual({ ordered: false, concurrencyMax: 16 })
  expect(placeOf(unordered(() => null, { concurrencyMax: 2 })).async).toEqual({ ordered: false, concurrencyMax: 2 })
})

test('a cog that lets no turn be under way would wait for ever, and is refused', () => {
  class Never extends Slow {
    override readonly concurrencyMax = 0
  }
  expect(() => placeOf(new Never(train, {}))).toThrow('concurrencyMax must be at least 1: it is 0')
})

test.each([[null], [undefined], [7], ['text'], [{}], [[]]])('%j can’t stand in a train', (stage) => {
  expect(() => placeOf(stage)).toThrow('a stage must be a supply, a cog, a function or a drain: it is')
})

test('what stands in several places is counted at the last', () => {
  const drain = new DeafDrain(train)
  const places = [placeOf(drain), forkPlace(), placeOf(Math.abs), placeOf(drain)]
  expect(lastPlaces(places)).toEqual([places[2], places[3]])
})

test('only objects have a life cycle', () => {
  const drain = new DeafDrain(train)
  expect(lifecycleOf(drain)).toBe(drain)
  expect([lifecycleOf(null), lifecycleOf(Math.abs)]).toEqual([{}, {}])
})

test('a supply of another copy of the package is told as one', () => {
  const Other = {
    Supply: class Supply {
      name = 1
    },
  }
  class Lines extends Other.Supply {}
  expect(() => placeOf(new Lines())).toThrow('it is the supply Lines of another copy of deadbeat')
  expect(() => placeOf(Object.create(null))).toThrow('it is {}')
})
