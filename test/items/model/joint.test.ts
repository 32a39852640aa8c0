import { expect, test } from '@jest/globals'
import { Joint } from '../../../lib/items/model/joint.js'

function start() {
  const joint = new Joint<number>()
  const begun: ((value: number | Error) => void)[] = []
  const work = () =>
    new Promise<number>((resolve, reject) => {
      begun.push((value) => (typeof value === 'number' ? resolve(value) : reject(value)))
    })
  return { joint, begun, ask: () => joint.run(work) }
}

test('who asks while it is done gets the same outcome, also if it fails', async () => {
  const { begun, ask } = start()
  const both = Promise.all([ask(), ask()])
  begun[0]?.(7)
  expect(await both).toEqual([7, 7])
  const failing = Promise.allSettled([ask(), ask()])
  begun[1]?.(new Error('away'))
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(begun).toHaveLength(2)
})

test('what throws at once fails, and the next one is done anew', async () => {
  const joint = new Joint<number>()
  const thrown = joint.run(() => {
    throw new Error('at once')
  })
  await expect(thrown).rejects.toThrow('at once')
  expect(await joint.run(() => 3)).toBe(3)
})

test('what was left behind answers nobody who asks later, and its end changes nothing', async () => {
  const { joint, begun, ask } = start()
  const before = ask()
  joint.leave()
  const after = ask()
  begun[0]?.(1)
  expect(await before).toBe(1)
  const same = ask()
  begun[1]?.(2)
  expect(await Promise.all([after, same])).toEqual([2, 2])
  expect(begun).toHaveLength(2)
})
