import { expect, test } from '@jest/globals'
import { testTrain, TestSupply } from '../../../lib/testing/index.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { Outlet } from '../../../lib/movement/chain/outlet.js'
import { lineOf } from '../../support/engine-kit.js'

async function start() {
  const rig = testTrain()
  const supply = new TestSupply<number>(rig.train, {})
  lineOf(rig.train.line, supply, (n: number) => [n])
  const running = rig.train.run({ signals: false })
  await turnOfNode()
  const end = async (): Promise<void> => {
    supply.close()
    await running
  }
  return { ...rig, supply, end }
}

test('every listener hears what reaches the open end of a line, until it stops listening', async () => {
  const { train, supply, end } = await start()
  const heard: string[] = []
  const stop = train.onOutput((n: number) => heard.push(`a${n}`))
  train.onOutput((n: number) => heard.push(`b${n}`))
  supply.push(1)
  stop()
  supply.push(2)
  expect(heard).toEqual(['a1', 'b1', 'b2'])
  expect(supply.acknowledged).toBe(2)
  await end()
})

test('where nobody listens a datum is not lost in silence: it fails', async () => {
  const { supply, dead, end } = await start()
  supply.push(1)
  expect(dead[0]?.error.message).toMatch(/open end of a line, where nobody listens/)
  await end()
})

test('a listener that throws fails that datum', async () => {
  const { train, supply, dead, end } = await start()
  train.onOutput(() => {
    throw new Error('deaf')
  })
  supply.push(1)
  expect(dead).toMatchObject([{ cog: 'Outlet#1', data: 1 }])
  await end()
})

test('what was heard is written', () => {
  const outlet = new Outlet(new Set([() => undefined]))
  outlet.take(1)
  outlet.seal((length) => expect(length).toBe(1))
  expect([outlet.position(), outlet.flushed, outlet.full()]).toEqual([1, 1, false])
  expect.assertions(2)
})
