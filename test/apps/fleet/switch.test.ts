import type { Json } from '../../../lib/kv/index.js'
import { expect, test } from '@jest/globals'
import { startStored } from '../../support/stored-code.js'

function start({ stored = {}, ...more }: { stored?: Record<string, Json>; flip?: boolean; low?: number } = {}) {
  const inputs = { src: ['src'], dst: ['dst'], flip: false, high: 25, low: 23, ...more }
  return startStored('apps/fleet/switch.ts', inputs, stored)
}

test('it switches where a limit is reached, and between them stays as it is', async () => {
  const { change, took } = start()
  expect(await took(2)).toEqual([['watch', 'src', true], ['setupDone']])
  for (const value of [24, 25, 24, 30, 23.5, 23, 24, 22, 26]) change(value)
  expect(await took(3)).toEqual([
    ['set', 'dst', true],
    ['set', 'dst', false],
    ['set', 'dst', true],
  ])
})

test('it can be turned round, and writes nothing that is there already', async () => {
  const { change, took } = start({ flip: true, stored: { dst: false } })
  await took(2)
  for (const value of [25, 23]) change(value)
  expect(await took(1)).toEqual([['set', 'dst', true]])
})

test('what is no number is told, and limits that make no sense end it', async () => {
  const { change, took } = start()
  await took(2)
  change(null)
  expect(await took(1)).toEqual([['warn', 'what is to switch is no number']])
  await expect(start({ low: 25 }).ended).rejects.toThrow('low must be below high: they are 25 and 25')
})
