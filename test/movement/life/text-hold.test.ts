import { expect, test } from '@jest/globals'
import {
  Cog,
  Supply,
  type Json,
  type TextHold,
  type TextOutcome,
  type Ticket,
  type Train,
  type Turn,
} from '../../../lib/movement/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { checkCog, testTrain, TestSupply } from '../../../lib/testing/index.js'
import { MemoryCheckpoints } from '../../support/crash-train/world.js'
import { Keep, lineOf, runTrain } from '../../support/engine-kit.js'

/** Keeps whole texts; single lines go on at once. */
class KeepText extends Cog<string> {
  readonly texts: TextHold[] = []

  turn(line: string): Turn<string> {
    return [line]
  }

  takeText(text: string): number {
    const lines = text.split('\n').length
    this.texts.push(this.train.holdText(lines, () => text))
    return lines
  }

  /** Give the oldest text back. */
  resume(outcome: Partial<TextOutcome>): void {
    const text = this.texts.shift() as TextHold
    this.train.resumeText(text, { data: [], ks: [], failures: [], ...outcome })
  }

  override finish(): void {
    while (this.texts.length > 0) this.resume({})
  }
}

const engines = [true, false]

async function start(isCompiled: boolean, more: (train: Train) => object[] = () => []) {
  let keep!: KeepText
  const rig = await runTrain(({ train }) => [(keep = new KeepText(train, {})), ...more(train)], { isCompiled })
  return { ...rig, keep, account: () => rig.train.accounts()[1] }
}

test.each(engines)(
  'the lines of a text wait as one hold, and go on as data of their own (compiled: %s)',
  async (isCompiled) => {
    const { supply, drain, keep, account, train, end } = await start(isCompiled)
    supply.pushText('a\nb\nc\nd')
    expect(account()).toMatchObject({ in: 4, held: 4, out: 0, swallowed: 0 })
    expect(train.journey?.inFlight.count).toBe(4)
    keep.resume({ data: ['A', 'C', 'c'], ks: [0, 2, 2], failures: [[3, new Error('no d')]] })
    expect(drain.taken).toEqual(['A', 'C', 'c'])
    expect(account()).toMatchObject({ in: 4, split: 1, out: 3, swallowed: 1, held: 0, diverted: 1 })
    expect(train.journey?.inFlight.count).toBe(0)
    expect([supply.acknowledged, drain.heard]).toEqual([0, []])
    drain.flush()
    expect([supply.acknowledged, drain.heard]).toEqual([4, ['t0', 't1', 't2', 't3']])
    await end()
  },
)

test('a line that fails does so as itself: its id, its text, and its original', async () => {
  const { supply, keep, dead, end } = await start(true)
  supply.pushText('a\nb\nc')
  keep.resume({ data: ['B'], ks: [1], failures: [[0, new Error('not a')], [2, new Error('not c')]] }) // prettier-ignore
  expect(dead.map(({ id, cog, data, error }) => [id, cog, data, (error.cause as Error).message])).toEqual([
    ['t0', 'KeepText', 'a', 'not a'],
    ['t2', 'KeepText', 'c', 'not c'],
  ])
  await end()
})

test('what is held behind it is held line by line, and ends by itself', async () => {
  let behind!: Keep<string>
  const { supply, drain, keep, account, end } = await start(true, (train) => [(behind = new Keep<string>(train, {}))])
  supply.pushText('a\nb\nc')
  keep.resume({ data: ['A', 'C'], ks: [0, 2] })
  drain.flush()
  expect(drain.heard).toEqual(['t1'])
  behind.resume(['c'])
  drain.flush()
  behind.resume(null)
  expect(drain.heard).toEqual(['t1', 't0', 't2'])
  expect([supply.acknowledged, account()?.held]).toEqual([3, 0])
  await end()
})

test('texts are given back in any order, and each once', async () => {
  const { supply, drain, keep, end } = await start(true)
  supply.pushText('a')
  supply.pushText('b')
  const [first] = keep.texts.splice(0, 1)
  keep.resume({ data: ['B'], ks: [0] })
  keep.texts.push(first as TextHold)
  keep.resume({ data: ['A'], ks: [0] })
  expect(drain.taken).toEqual(['B', 'A'])
  keep.texts.push(first as TextHold)
  expect(() => keep.resume({})).toThrow('a text was given back twice: resume it once')
  keep.texts.length = 0
  await end()
})

test('the books of a cog that keeps texts are true', async () => {
  /** Gives each text back when the next one comes. */
  class Behind extends KeepText {
    override takeText(text: string): number {
      const taken = super.takeText(text)
      if (this.texts.length > 1) this.giveOldest()
      return taken
    }

    override finish(): void {
      while (this.texts.length > 0) this.giveOldest()
    }

    private giveOldest(): void {
      const lines = (this.texts[0] as TextHold).text().split('\n')
      this.resume({ data: lines, ks: lines.map((_, k) => k) })
    }
  }
  const report = await checkCog((train) => new Behind(train, {}), ['a', 'b', 'c', 'd', 'e', 'f', 'g'], { runs: 24 })
  expect(report.out).toBeGreaterThan(0)
})

/** Supplies texts, and their lines again. */
class TextSupply extends Supply<string, object, number> {
  readonly again: [Json, readonly number[]][] = []

  start(): void {}
  finish(): void {}
  override mark(): Json {
    return 1
  }
  override continueFrom(): void {}
  override originMark(origin: number): Json {
    return origin
  }
  override supplyAgain(origin: Json, ks: readonly number[]): void {
    this.again.push([origin, ks])
  }
  push(text: string, origin: number): Ticket<number> {
    const ticket = this.open(origin, 0)
    this.begin(ticket)
    this.lines(text)
    this.end(ticket)
    return ticket
  }
}

test('a check-point lists the lines of a text by their origin, or by value where they can not be supplied again', async () => {
  const checkpoints = new MemoryCheckpoints()
  const { train } = testTrain({ checkpoints })
  const [again, once] = [new TextSupply(train, {}), new TestSupply<string>(train, {})]
  const keeps = [new KeepText(train, {}), new KeepText(train, {})] as const
  lineOf(train.line, again, keeps[0])
  lineOf(train.line, once, keeps[1])
  train.onOutput(() => undefined)
  const running = train.run({ signals: false })
  for (let i = 0; i < 5; i++) await turnOfNode()
  again.push('a\nb', 70)
  once.pushText('c\nd')
  await new Promise<void>((resolve) => train.checkpoint(() => resolve()))
  expect(JSON.parse(checkpoints.record ?? '')).toMatchObject({
    origins: [{ supply: 'TextSupply', origin: 70, ks: [0, 1] }],
    values: [
      { cog: 'KeepText#2', data: 'c' },
      { cog: 'KeepText#2', data: 'd' },
    ],
  })
  await train.stop()
  await running
})

test.each(engines)(
  'a cog takes the bytes of a whole text, and none where it takes none (compiled: %s)',
  async (isCompiled) => {
    const heard: string[] = []
    class KeepBytes extends KeepText {
      takeBytes(bytes: Buffer): number {
        const text = bytes.toString()
        heard.push(text)
        if (text === 'no') throw new Error('not this one')
        return text === 'zero' ? 0 : this.takeText(text)
      }
    }
    let keep!: KeepBytes
    const { supply, drain, train, end } = await runTrain(({ train }) => [(keep = new KeepBytes(train, {}))], {
      isCompiled,
    })
    supply.pushRaw(Buffer.from('a\nb'))
    expect([heard, train.accounts()[0]?.out, train.accounts()[1]?.held]).toEqual([['a\nb'], 2, 2])
    // What it doesn't take, or throws at, comes as text.
    supply.pushRaw(Buffer.from('no'))
    supply.pushRaw(Buffer.from('zero'))
    expect(train.accounts()[1]).toMatchObject({ in: 4, held: 4 })
    keep.resume({ data: Buffer.from('A'), ks: [1] })
    expect(drain.taken).toEqual(['A'])
    const plain = await runTrain(({ train }) => [new KeepText(train, {})], { isCompiled })
    expect(plain.supply.bytes).toBeNull()
    await plain.end()
    await end()
    expect(heard).toEqual(['a\nb', 'no', 'zero'])
  },
)
