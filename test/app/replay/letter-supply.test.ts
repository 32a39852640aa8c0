import { expect, test } from '@jest/globals'
import { dresser, type LineSetters } from '../../../lib/files/dress.js'
import { LetterSupply, type Replayable } from '../../../lib/app/replay/letter-supply.js'
import { Cog, Supply, itemSetter, type Turn } from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { testTrain } from '../../../lib/testing/index.js'
import { lineOf } from '../../support/engine-kit.js'

/** The supply of an app: it must never run. */
class Lines extends Supply<unknown, LineSetters<unknown> & { encoding?: string; lineMax?: number }> {
  override readonly dress = dresser(this.options, { id: () => this.nextId(), filename: () => '' })

  start(): void {
    throw new Error('it ran')
  }

  finish(): void {
    throw new Error('it ran')
  }
}

class Hold extends Cog<unknown> {
  readonly back: (() => void)[] = []

  turn(data: unknown): Turn<unknown> {
    const hold = this.train.hold(data)
    this.back.push(() => this.train.resume(hold, [data]))
    return null
  }
}

const letter = (original: string | Buffer, data: unknown = null): Replayable => ({
  ...{ line: 1, id: '1', cog: 'Map', from: {}, data },
  original: Buffer.from(original as string),
})

async function replay(
  letters: readonly Replayable[],
  options: ConstructorParameters<typeof Lines>[1] = {},
  stages: unknown[] = [],
) {
  const rig = testTrain()
  const supply = new LetterSupply(rig.train, new Lines(rig.train, options))
  supply.letters = letters[Symbol.iterator]()
  const outputs: unknown[] = []
  lineOf(rig.train.line, supply, ...stages)
  rig.train.onOutput((output: unknown) => outputs.push(output))
  await rig.train.run({ signals: false })
  return { ...rig, supply, outputs }
}

test('each input is a line, and what the setters of the other supply make of it', async () => {
  expect((await replay([letter('a'), letter('')])).outputs).toEqual(['a', ''])
  const { outputs } = await replay([letter('a')], { lineSetter: itemSetter('line'), idSetter: itemSetter('id') })
  expect(outputs).toEqual([{ line: 'a', id: 't0' }])
})

test('what fails again says where its letter came from, and whose place that took', async () => {
  const rig = testTrain()
  const supply = new LetterSupply(rig.train, new Lines(rig.train, {}))
  supply.letters = [{ ...letter('a'), from: { supply: 'Old', file: '/a.log', offset: 7 } }][Symbol.iterator]()
  supply.place = 'Lines'
  lineOf(rig.train.line, supply, () => {
    throw new Error('no')
  })
  await rig.train.run({ signals: false })
  expect(rig.dead).toMatchObject([{ from: { supply: 'Lines', file: '/a.log', offset: 7 } }])
})

test("the file's name is that of the letter's datum, where it has one", async () => {
  const options = { lineSetter: itemSetter('line'), filenameSetter: itemSetter('file') }
  const named = { ...letter('c', { file: '/c.log' }), from: { file: '/d.log' } }
  expect((await replay([named], options)).outputs).toEqual([{ line: 'c', file: '/d.log' }])
  const { outputs } = await replay([letter('a', { file: '/a.log', line: 'A' }), letter('b', 'B')], options)
  expect(outputs).toEqual([{ line: 'a', file: '/a.log' }, { line: 'b', file: '' }]) // prettier-ignore
})

test('bytes are read as the other supply reads them, and cut where it cuts', async () => {
  const latin1 = Buffer.from([0xe4])
  expect((await replay([letter(latin1)], { encoding: 'latin1' })).outputs).toEqual(['ä'])
  expect((await replay([letter(latin1), letter('\ufeffa')])).outputs).toEqual(['\ufffd', 'a'])
  expect((await replay([letter('a\r')])).outputs).toEqual(['a\r'])
  expect((await replay([letter('aäb')], { lineMax: 2 })).outputs).toEqual(['a'])
})

test('an input of several lines is one datum', async () => {
  expect((await replay([letter('a\nb')])).outputs).toEqual(['a\nb'])
  expect((await replay([letter('a\nb')], { lineSetter: itemSetter('text') })).outputs).toEqual([{ text: 'a\nb' }])
})

test('what fails again has its input', async () => {
  const fail = (): never => {
    throw new Error('again')
  }
  const { dead, supply } = await replay([letter('a'), letter('b')], {}, [fail])
  expect(dead.map(({ original }) => String(original))).toEqual(['a', 'b'])
  expect([supply.supplied, supply.acknowledged, supply.isOver]).toEqual([2, 2, true])
})

test('it waits while the train is full, and lets others have their turn', async () => {
  const rig = testTrain({ inFlightMax: 2 })
  const supply = new LetterSupply(rig.train, new Lines(rig.train, {}))
  supply.letters = ['a', 'b', 'c', 'd'].map((text) => letter(text))[Symbol.iterator]()
  const hold = new Hold(rig.train, {})
  lineOf(rig.train.line, supply, hold)
  rig.train.onOutput(() => undefined)
  const running = rig.train.run({ signals: false })
  for (const supplied of [2, 4]) {
    await turnOfNode()
    await turnOfNode()
    expect(supply.supplied).toBe(supplied)
    for (const back of hold.back.splice(0)) back()
  }
  await running
  expect(supply.acknowledged).toBe(4)
})

test('stopped in between, it puts nothing more', async () => {
  const rig = testTrain()
  const supply = new LetterSupply(rig.train, new Lines(rig.train, {}))
  const big = 'x'.repeat(40_000)
  supply.letters = Array.from({ length: 100 }, () => letter(big))[Symbol.iterator]()
  lineOf(rig.train.line, supply, () => {
    void rig.train.stop()
    return null
  })
  await rig.train.run({ signals: false })
  expect([supply.supplied, supply.isOver]).toEqual([2, false])
})
