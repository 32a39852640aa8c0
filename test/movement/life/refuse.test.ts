import { expect, test } from '@jest/globals'
import { Supply } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'

class Picky extends Supply<number> {
  acknowledged = 0

  start(): void {
    const ticket = this.open('origin', 3)
    this.begin(ticket)
    this.put(1)
    this.train.refuse(new RangeError('not this one'), 2)
    this.put(3)
    this.end(ticket)
  }

  finish(): void {
    // Nothing is bound.
  }

  override acknowledge(): void {
    this.acknowledged += 1
  }
}

test('what a supply refuses fails at its place, with an id of its own, and its siblings go on', async () => {
  const { train, dead } = testTrain({ onError: 'retry' })
  const supply = new Picky(train, {})
  const outputs: number[] = []
  train.line(supply)
  train.onOutput((data: number) => outputs.push(data))
  const running = train.run({ signals: false })
  await turnOfNode()
  expect([outputs, supply.acknowledged]).toEqual([[1, 3], 1])
  expect(dead).toMatchObject([{ id: 't1', cog: 'Picky', data: 2, from: { supply: 'Picky' } }])
  expect(train.accounts()[0]).toMatchObject({ in: 3, out: 2, diverted: 1 })
  await train.stop()
  await running
})

test('where nothing takes it, the train stops and acknowledges nothing', async () => {
  const { train } = testTrain({ onError: 'stop' })
  const supply = new Picky(train, {})
  train.line(supply)
  await expect(train.run({ signals: false })).rejects.toThrow('Picky failed on t1: not this one')
  expect(supply.acknowledged).toBe(0)
})
