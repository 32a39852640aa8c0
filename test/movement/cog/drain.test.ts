import { expect, test } from '@jest/globals'
import { Drain } from '../../../lib/movement/index.js'
import { testTrain } from '../../../lib/testing/index.js'
import { runTrain } from '../../support/engine-kit.js'

class Collect extends Drain<string, { path: string }> {
  readonly lines: string[] = []

  take(line: string): void {
    this.lines.push(line)
  }

  position(): number {
    return this.lines.length
  }

  get flushed(): number {
    return this.lines.length
  }
}

test('a drain has room and is as long as its position, unless it says otherwise', () => {
  const collect = new Collect(testTrain().train, { path: '/tmp/x' })
  collect.take('a')
  const marks: unknown[] = []
  collect.seal((mark) => marks.push(mark))
  expect([marks, collect.full(), String(collect)]).toEqual([[1], false, 'Collect(path="/tmp/x")'])
})

test('a drain may ask for the id of what it takes', async () => {
  const ids: string[] = []
  const { supply, drain, end } = await runTrain(() => [(n: number) => [n, n]])
  drain.take = () => void ids.push(drain['train'].id())
  supply.push(1, 2)
  expect(ids).toEqual(['t0', 't0', 't1', 't1'])
  await end()
})

test('a drain that writes at once delays no acknowledgement, and one that can’t go on stops the train', async () => {
  const { supply, drain, running } = await runTrain(() => [])
  const take = drain.take.bind(drain)
  drain.take = (datum) => {
    take(datum)
    drain.flush()
  }
  supply.push(1, 2)
  expect(supply.acknowledged).toBe(2)
  drain['train'].fail(new Error('disk full'))
  await expect(running).rejects.toThrow('disk full')
})
