import { expect, test } from '@jest/globals'
import type { Replayable } from '../../../lib/app/replay/letter-supply.js'
import { ReplayTrain } from '../../../lib/app/replay/replay-train.js'
import {
  Escapement,
  Supply,
  formatDeadLetter,
  one,
  silentLogger,
  type TrainOptions,
} from '../../../lib/movement/index.js'
import { lineOf } from '../../support/engine-kit.js'

/** The supplies of an app: they must never run. */
class Lines extends Supply<string> {
  start(): void {
    throw new Error('it ran')
  }

  finish(): void {
    throw new Error('it ran')
  }
}
class Ticks extends Lines {}

const failing = (text: string): string[] => {
  if (text.startsWith('bad')) throw new Error('bad')
  return [text]
}

function start(supplies: readonly (typeof Lines)[], options: TrainOptions = {}) {
  const train = new ReplayTrain(new Escapement(), { name: 'mine', log: silentLogger, ...options })
  const outputs: unknown[] = []
  const made = supplies.map((Each) => new Each(train, {}))
  for (const supply of made) lineOf(train.line, supply, failing)
  train.onOutput((output: string) => outputs.push(output))
  const letters = ['a', 'bad b'].map((text): Replayable => ({
    line: 1,
    id: text,
    cog: 'x',
    from: {},
    data: null,
    original: Buffer.from(text),
  }))
  return { train, outputs, made, letters: letters[Symbol.iterator]() }
}

test('letters take the place of the only supply, which never runs', async () => {
  const { train, outputs, letters } = start([Lines])
  const dead: string[] = []
  train.deadLettersTo(one(formatDeadLetter), (line: string) => {
    dead.push(line)
    return null
  })
  train.feed(null, letters)
  await train.run({ signals: false })
  expect(outputs).toEqual(['a'])
  expect(dead).toEqual([expect.stringContaining('"original":"bad b"')])
  expect([train.failed.size, train.dropped]).toEqual([1, 0])
})

test('of several supplies the one that is named gives its place, and the others end at once', async () => {
  const { train, letters } = start([Lines, Ticks, Lines], { onError: 'drop' })
  expect(train.supplyNames).toEqual(['Lines#1', 'Ticks', 'Lines#2'])
  const supply = train.feed('Ticks', letters)
  await train.run({ signals: false })
  expect(supply.supplied).toBe(2)
  expect(
    train
      .accounts()
      .filter(({ cog }) => cog.startsWith('LetterSupply'))
      .map(({ out }) => out),
  ).toEqual([0, 2, 0])
})

test('its names are those of the accounts', () => {
  const { train } = start([Lines, Ticks, Lines])
  const plain = new ReplayTrain(new Escapement(), { log: silentLogger })
  expect(plain.supplyNames).toEqual([])
  expect(train.wind().supplies).toHaveLength(3)
})

test('the place must be said where there are several, and be one of them', () => {
  const { train, letters } = start([Lines, Ticks])
  expect(() => train.feed(null, letters)).toThrow('say with --supply whose place the letters take: Lines, Ticks')
  expect(() => train.feed('Tick', letters)).toThrow(
    '--supply must be one of Lines, Ticks: it is Tick; did you mean Ticks?',
  )
  expect(() => start([Lines]).train.feed('Other', letters)).toThrow('--supply must be one of Lines: it is Other')
  expect(() => start([]).train.feed(null, letters)).toThrow('mine has no supply whose place letters could take')
})

test('what the app drops is counted: no letter tells of it', async () => {
  const { train, letters } = start([Lines], { onError: 'drop' })
  train.feed(null, letters)
  await train.run({ signals: false })
  expect([train.failed.size, train.dropped]).toEqual([1, 1])
})

test('a policy for a supply is one for what stands in its place', async () => {
  const { train, letters, made } = start([Lines])
  train.onError(made[0]!, { onError: 'drop' })
  train.onError(failing, { onError: 'drop' })
  train.feed(null, letters)
  await train.run({ signals: false })
  expect(train.dropped).toBe(1)
})
