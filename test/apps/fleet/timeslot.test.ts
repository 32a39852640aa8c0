import { expect, test } from '@jest/globals'
import { startStored } from '../../support/stored-code.js'

const start = (seconds = 10) =>
  startStored('apps/fleet/timeslot.ts', { src: ['src'], dst: ['dst'], seconds, factor: 100 })

test('the first change is told at once, then each slot, and 0 when nothing came in one', async () => {
  const { change, ring, took } = start()
  expect(await took(2)).toEqual([['watch', 'src', true], ['setupDone']])
  change(50)
  change(51)
  expect(await took(2)).toEqual([
    ['timer', 10_000],
    ['set', 'dst', 10],
  ])
  change(53)
  change(55)
  ring()
  expect(await took(2)).toEqual([
    ['timer', 10_000],
    ['set', 'dst', 40],
  ])
  ring()
  expect(await took(1)).toEqual([['set', 'dst', 0]])
  change(56)
  expect(await took(2)).toEqual([
    ['timer', 10_000],
    ['set', 'dst', 10],
  ])
})

test('a counter that begins anew goes on from 0', async () => {
  const { change, took } = start()
  await took(2)
  change(1000)
  change(2)
  expect((await took(2))[1]).toEqual(['set', 'dst', 20])
})

test('a slot must last', async () => {
  await expect(start(0).ended).rejects.toThrow('seconds must be above 0: it is 0')
})
