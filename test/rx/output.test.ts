import { output$ } from '../../lib/rx/index.js'
import { testTrain, TestSupply } from '../../lib/testing/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'

function start() {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  train.line(supply, (n: number) => [n * 2])
  const heard: unknown[] = []
  const hear = { next: (data: unknown) => heard.push(data), complete: () => heard.push('complete') }
  return { train, supply, heard, hear }
}

test('gives what reaches the open end, and completes when the train has ended', async () => {
  const { train, supply, heard, hear } = start()
  output$(train).subscribe(hear)
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(1, 2)
  expect(heard).toEqual([2, 4])
  supply.close()
  await running
  expect(heard).toEqual([2, 4, 'complete'])
})

test('every train has it as a property, too', async () => {
  const { train, supply, heard, hear } = start()
  const subscription = train.output$.subscribe(hear)
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(1)
  subscription.unsubscribe()
  train.onOutput(() => undefined)
  supply.push(2)
  supply.close()
  await running
  expect(heard).toEqual([2])
})
