/**
 * What the compiler must refuse, and what it must infer: checked by `tsc`, where a `@ts-expect-error` that finds no
 * error is one itself. The lines are composed as well, so that they can't rot.
 */
import { expect, test } from '@jest/globals'
import {
  Cog,
  Drain,
  itemGetter,
  itemSetter,
  keepIf,
  Mapper,
  Modifier,
  one,
  ordered,
  Train,
  unordered,
  type DeadLetter,
  type Getter,
  type Line,
  type Turn,
  type Winder,
} from '../../lib/movement/index.js'
import { testTrain, TestSupply } from '../../lib/testing/index.js'

class Lines extends Drain<string> {
  readonly flushed = 0
  last = ''

  take(line: string): void {
    this.last = line
  }

  position(): number {
    return 0
  }
}

class Parse<T> extends Cog<string, T> {
  turn(line: string): Turn<T> {
    return [JSON.parse(line) as T]
  }
}

class Pick<T, Piece> extends Mapper<T, Piece, { getter: Getter<T, Piece> }> {
  constructor(train: Winder, getter: Getter<T, Piece>) {
    super(train, { getter })
  }

  one(data: T): Piece {
    return this.options.getter(data)
  }
}

class Shout extends Modifier<{ text: string }, string, string> {
  compute(text: string): string {
    return text.toUpperCase()
  }
}

interface Entry {
  ip: string
  port: number
}

function start() {
  const { train } = testTrain()
  return { train, supply: new TestSupply<string>(train, {}), lines: new Lines(train, {}) }
}

/** Fails to compile unless both types are the same. */
function same<A>(): <B>(..._: [A] extends [B] ? ([B] extends [A] ? [] : [never]) : [never]) => void {
  return () => undefined
}

test('types flow along a line, through lambdas', () => {
  const { train, supply, lines } = start()
  const line = train.line(
    supply,
    (s) => [s.length],
    (n) => [n.toFixed(1)],
    lines,
  )
  expect(line.places).toHaveLength(4)
  train.line(
    supply,
    (s) => {
      same<typeof s>()<string>()
      return new Set([s.length])
    },
    (n) => {
      same<typeof n>()<number>()
      return n > 1 ? [{ n }] : null
    },
    ({ n }) => [String(n)],
    lines,
  )
})

test('types flow through every kind of cog', () => {
  const { train, supply, lines } = start()
  train.line(
    supply,
    new Parse<Entry>(train, {}),
    keepIf(({ port }: Entry) => port < 1024),
    (entry) => {
      same<typeof entry>()<Entry>()
      return [entry]
    },
    new Pick(train, ({ ip, port }: Entry) => ({ text: ip, port })),
    new Shout(train, { getter: ({ text }) => text, setter: (data, text) => ({ ...data, text }) }),
    ({ text }) => [text],
    one((text: string) => text.length),
    ordered(async (n: number) => Promise.resolve([n])),
    unordered((n: number) => [n]),
    async (n) => {
      same<typeof n>()<number>()
      return Promise.resolve([n])
    },
    function* (n: number) {
      yield String(n)
    },
    lines,
  )
  const open = train.line(supply, (s) => [s.length])
  same<typeof open>()<Line<unknown, number>>()
  expect(open.isOpen).toBe(true)
})

test('a type that narrows goes on narrowed', () => {
  const { train } = start()
  const supply = new TestSupply<string | null>(train, {})
  const isText = (data: string | null): data is string => data !== null
  expect(train.line(supply, keepIf(isText), (s) => [s.length]).places).toHaveLength(3)
})

test('a coupling that does not fit does not compile', () => {
  const { train, supply, lines } = start()
  // @ts-expect-error -- a drain of lines takes no numbers
  train.line(supply, (s) => [s.length], lines)
  // @ts-expect-error -- a string is no number
  train.line(supply, (s) => [Math.abs(s)])
  // @ts-expect-error -- a cog of entries takes no strings
  train.line(supply, new Pick(train, ({ ip }: Entry) => ip), lines)
  // @ts-expect-error -- the supply gives strings
  train.line(supply, (n: number) => [n], lines)
  // @ts-expect-error -- a string is no list of results
  train.line(supply, (s) => s, new Lines(train, {}).position)
  // @ts-expect-error -- nor is a number
  train.line(supply, () => 7)
  // @ts-expect-error -- a drain ends a line
  train.line(supply, lines, (s: string) => [s])
  // @ts-expect-error -- a line has at least one stage
  expect(() => train.line()).toThrow('a line must have at least one stage')
})

test('lines that lead into each other must fit', () => {
  const { train, supply, lines } = start()
  const numbers = train.line((n: number) => [n.toFixed(1)], lines)
  const texts = train.line((s: string) => [s], lines)
  train.line(supply, (s) => [s]).to(texts)
  train.line(supply, (s) => [s.length]).to(numbers, { line: numbers, shared: true })
  // @ts-expect-error -- the line takes numbers
  train.line(supply, (s) => [s]).to(numbers)
  // @ts-expect-error -- also among others
  train.line(supply, (s) => [s]).to(texts, { line: numbers, shared: true })
  expect(numbers.startsWithSupply).toBe(false)
})

test('dead letters, outputs and accessors have types', () => {
  const { train } = start()
  const other = new Train(train.esc)
  other.deadLettersTo((letter: DeadLetter) => [letter.id])
  // @ts-expect-error -- a dead letter is no number
  expect(() => other.deadLettersTo((n: number) => [n])).toThrow('twice')
  const get: Getter<Entry, number> = itemGetter('port')
  const set = itemSetter<Entry, number>('port')
  // @ts-expect-error -- a port is a number
  set({ ip: '', port: 1 }, 'x')
  expect(get({ ip: '192.0.2.1', port: 25 })).toBe(25)
})
