import { expect, test } from '@jest/globals'
import { Drain, type Winder } from '../../../lib/movement/index.js'
import { TestSupply, testTrain, type TestTrain } from '../../../lib/testing/index.js'
import { Keep, lineOf } from '../../support/engine-kit.js'

class Named extends TestSupply<unknown> {
  override identity({ first }: { first: number }, k: number): string | null {
    return k > 8 ? null : `in${first + k}`
  }
}

class Identities extends Drain<unknown> {
  flushed = 0
  readonly told: (string | null)[] = []

  take(data: unknown): void {
    this.told.push(this.train.identity(JSON.stringify(data)))
    this.flushed = this.told.length
  }

  position(): number {
    return this.told.length
  }
}

async function start(make: (train: Winder, rig: TestTrain) => readonly unknown[] = () => []) {
  const rig = testTrain()
  const supply = new Named(rig.train, {})
  const drain = new Identities(rig.train, {})
  const line = lineOf(rig.train.line, supply, ...make(rig.train, rig))
  line.to(lineOf(rig.train.line, drain))
  const running = rig.train.run({ signals: false })
  await new Promise((resolve) => setImmediate(resolve))
  const end = async () => {
    supply.close()
    await running
  }
  return { supply, drain, end }
}

test('the only datum of an event is known by its input, whatever became of it', async () => {
  const { supply, drain, end } = await start(() => [(n: number) => [Math.random() + n]])
  supply.push(1, 2)
  supply.push(3)
  expect(drain.told).toEqual(['in0', 'in1', 'in2'])
  await end()
})

test('of several each is known by its content, and equal ones are counted', async () => {
  const { supply, drain, end } = await start(() => [(text: string) => text.split('')])
  supply.push('abaa', 'a')
  const [a, b, again, third, other] = drain.told
  expect([a, b].every((id) => /^in0\/[\w-]{27}$/.test(id ?? ''))).toBe(true)
  expect(b).not.toBe(a)
  expect([again, third]).toEqual([`${a}/1`, `${a}/2`])
  expect(other).toBe('in1')
  await end()
})

test('parts that were held count on, in whatever order they come back', async () => {
  let keep!: Keep<string>
  const { supply, drain, end } = await start((train) => [
    (text: string) => text.split(''),
    (keep = new Keep<string>(train, {})),
  ])
  supply.push('aab')
  keep.holds.reverse()
  for (let i = 0; i < 3; i++) keep.resume(['x'])
  const [first] = drain.told
  expect(drain.told).toEqual([first, `${first}/1`, `${first}/2`])
  await end()
})

test('an event that was held whole is still the only one', async () => {
  let keep!: Keep<string>
  const { supply, drain, end } = await start((train) => [(keep = new Keep<string>(train, {}))])
  supply.push('a')
  keep.resume(['late'])
  expect(drain.told).toEqual(['in0'])
  await end()
})

test('what came of many, or of an input that has no identity, has none', async () => {
  let keep!: Keep
  const { supply, drain, end } = await start((train) => [(keep = new Keep(train, {}))])
  supply.push(1, 2)
  keep.merge(2, 'sum')
  supply.push(...Array.from({ length: 10 }, (_, i) => i))
  while (keep.holds.length > 0) keep.resume([1])
  expect([drain.told[0], drain.told.at(-1), drain.told[1]]).toEqual([null, null, 'in2'])
  await end()
})
