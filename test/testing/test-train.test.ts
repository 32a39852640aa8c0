import { testTrain, TestSupply } from '../../lib/testing/index.js'
import { turnOfNode } from '../../lib/movement/loop/clock.js'

test('passes data through stages, and gives what comes out', async () => {
  expect(await testTrain().pass([(n: number) => [n, -n]], [1, 2])).toEqual([1, -1, 2, -2])
})

test('keeps what failed as dead letters, with the datum and the error', async () => {
  const rig = testTrain()
  const fail = (n: number): number[] => {
    if (n === 2) throw new Error('no twos')
    return [n]
  }
  expect(await rig.pass([fail], [1, 2, 3])).toEqual([1, 3])
  expect(rig.dead).toHaveLength(1)
  expect(rig.dead[0]).toMatchObject({ id: 't1', cog: 'fail', data: 2 })
  expect(rig.log).toContainEqual(expect.objectContaining({ level: 'error', message: 'diverted a datum' }))
})

test('a supply of the kit counts what is acknowledged', async () => {
  const { train } = testTrain()
  const supply = new TestSupply<number>(train, {})
  train.line(supply, (n: number) => (n > 1 ? [n] : null))
  train.onOutput(() => undefined)
  const running = train.run({ signals: false })
  await turnOfNode()
  supply.push(1, 2, 3)
  expect(supply.acknowledged).toBe(3)
  supply.close()
  await running
})
