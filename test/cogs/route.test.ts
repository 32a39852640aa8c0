import { Route, type RouteOptions } from '../../cogs/route.js'
import { one } from '../../lib/movement/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

interface Entry {
  app?: unknown
  n: number
}

/** Runs data through a route into lines a and b, and perhaps one for the rest; what came out, each with its line. */
async function run(options: RouteOptions<Entry>, data: readonly Entry[], { hasRest = false, names = ['a', 'b'] } = {}) {
  const { train, dead } = testTrain()
  const supply = new TestSupply<Entry>(train, {})
  const route = new Route<Entry>(train, options)
  const out: string[] = []
  const line = (name: string) =>
    train.line(
      one((entry: Entry) => {
        out.push(`${name}${entry.n}`)
        entry.app = 'b' // Whoever is asked next must not be taken in.
        return entry
      }),
    )
  const lines = Object.fromEntries(names.map((name) => [name, line(name)]))
  train.line(supply).to(...route.into(lines, hasRest ? line('rest') : null))
  train.onOutput(() => undefined)
  const ended = train.run({ signals: false })
  await turnOfNode()
  supply.push(...data)
  supply.close()
  await ended
  return { out, dead, supply }
}

const entries = (): Entry[] => [{ app: 'a', n: 1 }, { app: 'b', n: 2 }, { app: 'c', n: 3 }, { n: 4 }]

test('leads each datum into the line of its name, and into one only', async () => {
  const { out, supply } = await run({ field: 'app' }, entries(), { hasRest: true })
  expect(out).toEqual(['a1', 'b2', 'rest3', 'rest4'])
  expect(supply.acknowledged).toBe(4)
})

test('without a line for the rest such data fail', async () => {
  const { out, dead } = await run({ keyGetter: ({ app }) => app }, entries())
  expect(out).toEqual(['a1', 'b2'])
  expect(dead.map(({ error }) => error.message)).toEqual([
    expect.stringContaining('a datum must lead to one of a, b (onUnrouted): it leads to "c"'),
    expect.stringContaining('it leads to null'),
  ])
})

test('or are dropped', async () => {
  const { out, dead } = await run({ field: 'app', onUnrouted: 'drop' }, entries())
  expect([out, dead]).toEqual([['a1', 'b2'], []])
})

test('the first condition that is met counts', async () => {
  const when = { b: ({ n }: Entry) => n === 2, a: ({ n }: Entry) => n < 4 }
  const { out } = await run({ when }, entries(), { hasRest: true })
  expect(out).toEqual(['a1', 'b2', 'a3', 'rest4'])
})

test('the same datum may come again and go elsewhere', async () => {
  const again = { app: 'a', n: 1 }
  const { out } = await run({ field: 'app' }, [again, again], { hasRest: true })
  expect(out).toEqual(['a1', 'b1'])
})

test('a name that objects inherit is a name as any other', async () => {
  const data = [
    { app: '__proto__', n: 1 },
    { app: 'constructor', n: 2 },
    { app: 'toString', n: 3 },
  ]
  const { out } = await run({ field: 'app' }, data, { hasRest: true, names: ['constructor'] })
  expect(out).toEqual(['rest1', 'constructor2', 'rest3'])
})

test('is told by what it leads, and where', () => {
  const { train } = testTrain()
  expect(() => new Route(train, {})).toThrow('exactly one of field, keyGetter and when must be given: there are 0')
  expect(() => new Route(train, { field: 'a', when: {} })).toThrow('there are 2')
  expect(() => new Route(train, { when: { a: 7 as never } })).toThrow('a must be a function: it is 7')
  expect(() => new Route(train, { field: 'a', onUnrouted: 'x' as never })).toThrow('onUnrouted must be one of')
  expect(() => new Route(train, { field: 'a' }).into({})).toThrow('a route must lead into at least one line')
})
