import { expect, test } from '@jest/globals'
import { startStored } from '../../support/stored-code.js'

const start = () => startStored('apps/fleet/scale.ts', { src: ['src'], dst: ['a', 'dst'], factor: 2, offset: 1 })

test('each change is scaled, and what was there before it is not', async () => {
  const { change, took } = start()
  expect(await took(2)).toEqual([['watch', 'src', false], ['setupDone']])
  change(3)
  change(-1)
  expect(await took(2)).toEqual([
    ['set', 'a.dst', 7],
    ['set', 'a.dst', -1],
  ])
})

test('what is no number is told, what was deleted is nothing', async () => {
  const { change, took } = start()
  await took(2)
  change()
  change('warm')
  change(1)
  expect(await took(2)).toEqual([
    ['warn', 'what is to be scaled is no number'],
    ['set', 'a.dst', 3],
  ])
})

test('a job that could not keep up fails, so that it is started again', async () => {
  const { queue, ended } = start()
  queue.end()
  await expect(ended).rejects.toThrow('it could not keep up')
})
