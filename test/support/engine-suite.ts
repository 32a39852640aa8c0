/** What both engines must do: the compiled line, and the closures that stand in for it. */
import { expect, test } from '@jest/globals'
import {
  Cog,
  itemGetter,
  itemSetter,
  keepIf,
  Keeper,
  Mapper,
  Modifier,
  one,
  type Turn,
} from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { testTrain, TestSupply } from '../../lib/testing/index.js'
import { lineOf, ManualDrain, runTrain } from './engine-kit.js'

class Double extends Mapper<number> {
  one(n: number): number {
    return n * 2
  }
}

class Small extends Keeper<number, { max: number }> {
  test(n: number): boolean {
    return n < this.options.max
  }
}

class Increment extends Modifier<{ n: number }, number, number> {
  compute(n: number): number {
    if (n > 100) throw new Error(`${n} is too large`)
    return n + 1
  }
}

/** Takes a whole text at once, unless a line of it is empty; then line by line, where an empty line fails. */
class Words extends Cog<string, string> {
  batches = 0

  readonly batch = (text: string): readonly string[] | null => {
    if (text.includes('!')) throw new Error('a batch never wants that')
    if (text.startsWith('\n') || text.includes('\n\n')) return null
    this.batches++
    return text.split('\n').map((line) => line.toUpperCase())
  }

  turn(line: string): Turn<string> {
    if (line === '' || line === '!') throw new Error(`no word: ${line}`)
    return [line.toUpperCase()]
  }
}

/** Register the suite for one engine. */
export function testEngine(isCompiled: boolean): void {
  const run = (...stages: unknown[]) => runTrain(() => stages, { isCompiled })

  test('every kind of cog gives what it says', async () => {
    const { supply, drain, train, end } = await runTrain(
      ({ train }) => [
        one((n: number) => n + 1),
        keepIf((n: number) => n % 2 === 0),
        new Double(train, {}),
        new Small(train, { max: 20 }),
        (n: number) => [n],
        (n: number) => new Set([n, -n]),
        (n: number) => (n > 0 ? [n, n] : null),
        function* (n: number) {
          yield { n }
        },
        new Increment(train, { getter: itemGetter('n'), setter: itemSetter('n') }),
        new Increment(train, {
          getter: (d: { n: number }) => d.n,
          setter: (d: { n: number }, n: number) => ({ ...d, n }),
        }),
        { turn: ({ n }: { n: number }) => [n] },
      ],
      { isCompiled },
    )
    supply.push(1, 2, 3, 10, 11)
    expect(drain.taken).toEqual([6, 6, 10, 10])
    expect(train.accounts().map(({ in: arrived, out, swallowed }) => [arrived, out, swallowed])).toEqual([
      ...[
        [5, 5, 0],
        [5, 5, 0],
        [5, 3, 2],
        [3, 3, 0],
        [3, 2, 1],
        [2, 2, 0],
        [2, 4, 0],
        [4, 4, 2],
        [4, 4, 0],
      ],
      ...[
        [4, 4, 0],
        [4, 4, 0],
        [4, 4, 0],
        [4, 4, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    ])
    await end()
  })

  test('a dead letter has the datum as it came to the cog that failed, and its name', async () => {
    const fail = (n: number): never => {
      throw new Error(`no ${n}`)
    }
    for (const failing of [one(fail), keepIf(fail), fail, { turn: fail }]) {
      const { supply, dead, drain, end } = await run(
        (n: number) => [n, n + 1],
        one((n: number) => n * 10),
        failing,
      )
      supply.push(1)
      expect(dead.map(({ data, id }) => [data, id])).toEqual([
        [10, 't0'],
        [20, 't0'],
      ])
      expect(dead[0]?.cog).toBe(typeof failing === 'function' ? 'fail' : 'Object')
      expect(drain.taken).toEqual([])
      await end()
      expect(supply.acknowledged).toBe(1)
    }
  })

  test('a getter, a computation or a setter that fails is the failure of its cog', async () => {
    const faulty = () => {
      throw new Error('faulty')
    }
    const cases = [
      { getter: faulty, setter: itemSetter('n') },
      { getter: itemGetter('n'), setter: itemSetter('n') },
      { getter: () => 1, setter: faulty },
    ]
    for (const options of cases) {
      const { supply, dead, end } = await runTrain(
        ({ train }) => [(n: number) => [{ n }], new Increment(train, options)],
        { isCompiled },
      )
      supply.push(101)
      expect(dead).toMatchObject([{ cog: 'Increment', data: { n: 101 } }])
      await end()
    }
  })

  test('one sibling that fails keeps none of the others from going on', async () => {
    const { supply, drain, dead, end } = await run(
      (n: number) => [n, n + 1, n + 2],
      (n: number) => {
        if (n === 2) throw new Error('no twos')
        return [n]
      },
    )
    supply.push(1)
    expect(drain.taken).toEqual([1, 3])
    expect(dead).toMatchObject([{ data: 2 }])
    await end()
  })

  test('an empty list swallows, as null and undefined do', async () => {
    const results = [null, undefined, [], new Set()]
    const { supply, drain, train, end } = await run((n: number) => results[n])
    supply.push(0, 1, 2, 3)
    expect(drain.taken).toEqual([])
    expect(train.accounts()[1]).toMatchObject({ in: 4, out: 0, swallowed: 4, split: 0 })
    await end()
  })

  test('an undefined within a list is a datum like any other', async () => {
    const { supply, drain, end } = await run(() => [undefined])
    supply.push(1)
    expect(drain.taken).toEqual([undefined])
    await end()
  })

  test('a long line of cogs is no deeper than a short one', async () => {
    const { supply, drain, end } = await run(...Array.from({ length: 200 }, () => (n: number) => [n + 1]))
    supply.push(0)
    expect(drain.taken).toEqual([200])
    await end()
  })

  async function runText(make: (supply: TestSupply<string>) => unknown[]) {
    const rig = testTrain({ isCompiled })
    const { train } = rig
    const supply = new TestSupply<string>(train, {})
    const drain = new ManualDrain(train)
    lineOf(train.line, supply, ...make(supply), drain)
    const running = train.run({ signals: false })
    running.catch(() => undefined)
    await turnOfNode()
    const end = async (): Promise<void> => {
      supply.close()
      await running
    }
    return { ...rig, supply, drain, running, end }
  }

  test('a text goes in line by line, empty lines too, each an event', async () => {
    const { supply, drain, end } = await runText(() => [(line: string) => [line]])
    const ticket = supply.pushText('a\n\nb')
    expect([drain.taken, ticket.count]).toEqual([['a', '', 'b'], 3])
    expect(supply.pushText('').count).toBe(1)
    expect(supply.pushText('a\n').count).toBe(2)
    await end()
  })

  test('a supply may dress each line; one that can’t be dressed fails alone', async () => {
    const { supply, drain, dead, train, end } = await runText((supply) => {
      supply.dress = (line) => {
        if (line === 'bad') throw new Error('naked')
        return `<${line}>`
      }
      return [(line: string) => [line]]
    })
    supply.pushText('a\nbad\nb')
    supply.pushText('bad')
    expect(drain.taken).toEqual(['<a>', '<b>'])
    expect(dead.map(({ cog, data, id }) => [cog, data, id])).toEqual([
      ['TestSupply', 'bad', 't1'],
      ['TestSupply', 'bad', 't3'],
    ])
    expect(train.accounts()[0]).toMatchObject({ cog: 'TestSupply', in: 4, out: 2, diverted: 2 })
    await end()
  })

  test('a cog directly behind takes the whole text at once if it can, and line by line if it can’t', async () => {
    let words!: Words
    const { supply, drain, dead, train, end } = await runText(() => [(words = new Words(testTrain().train, {}))])
    expect(supply.pushText('a\nb').count).toBe(2)
    expect([drain.taken, words.batches]).toEqual([['A', 'B'], 1])
    supply.pushText('c\n\nd')
    expect([drain.taken, words.batches]).toEqual([['A', 'B', 'C', 'D'], 1])
    expect(dead).toMatchObject([{ cog: 'Words', data: '', id: 't3' }])
    expect(train.accounts()[1]).toMatchObject({ cog: 'Words', in: 5, out: 4, diverted: 1 })
    await end()
  })

  test('a batch form that throws leaves it to the lines', async () => {
    const { supply, drain, dead, end } = await runText(() => [new Words(testTrain().train, {})])
    supply.pushText('a\n!\nb')
    expect([drain.taken, dead.map(({ data }) => data)]).toEqual([['A', 'B'], ['!']])
    await end()
  })

  test('once the train has stopped on a failure nothing more of a text goes in, and the accounts say so', async () => {
    const { supply, drain, running, train } = await runStopping(isCompiled)
    supply.pushText('a\nbad\nb\nc')
    expect(drain.taken).toEqual(['A'])
    expect(train.accounts()[0]).toMatchObject({ in: 2, out: 2 })
    await expect(running).rejects.toThrow('stop here')
    expect(supply.acknowledged).toBe(0)
  })
}

async function runStopping(isCompiled: boolean) {
  const { train } = testTrain({ isCompiled, onError: 'stop' })
  const supply = new TestSupply<string>(train, {})
  const drain = new ManualDrain(train)
  const stop = (word: string): string[] => {
    if (word === 'BAD') throw new Error('stop here')
    return [word]
  }
  lineOf(train.line, supply, new Words(train, {}), stop, drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await turnOfNode()
  return { train, supply, drain, running }
}
