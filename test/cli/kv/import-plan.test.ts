import { expect, test } from '@jest/globals'
import { planImport, transactionsOf, type Step } from '../../../lib/cli/kv/import-plan.js'

const there = (path: string, value: string, lease = 0n) => ({
  path,
  kv: { key: `1${path}`, value: Buffer.from(value), mod: 5, create: 5, version: 1, lease },
})
const key = (path: string, value: string, isLeased = false) => ({ path, value: Buffer.from(value), isLeased })
const words = (steps: readonly Step[]): string[] => steps.map(({ verb, path }) => `${verb} ${path}`)
const plain = { isSync: false, withLeased: false }

test('only what differs is written, and only a sync deletes', () => {
  const state = [there('/a', '1'), there('/b', '2'), there('/c', '3')]
  const keys = [key('/d', '4'), key('/b', 'new'), key('/a', '1')]
  expect(words(planImport(keys, state, plain).steps)).toEqual(['update /b', 'create /d'])
  expect(words(planImport(keys, state, { ...plain, isSync: true }).steps)).toEqual([
    'update /b',
    'delete /c',
    'create /d',
  ])
})

test('what goes with a lease, in the file or in the store, is left alone and counted', () => {
  const state = [there('/a', '1', 7n), there('/b', '2', 7n)]
  const keys = [key('/a', 'new'), key('/c', '3', true)]
  const left = planImport(keys, state, { isSync: true, withLeased: false })
  expect([words(left.steps), left.leased]).toEqual([[], 3])
  const all = planImport(keys, state, { isSync: true, withLeased: true })
  expect([words(all.steps), all.leased]).toEqual([['update /a', 'delete /b', 'create /c'], 0])
  expect(all.steps[0]!.op).toMatchObject({ lease: 'keep' })
})

test('each step is conditional on what was seen', () => {
  const { steps } = planImport([key('/a', 'x'), key('/n', 'y')], [there('/a', '1')], plain)
  expect(steps.map(({ compare }) => compare)).toEqual([
    { key: '1/a', target: 'mod', is: '=', than: 5 },
    { key: '1/n', target: 'version', is: '=', than: 0 },
  ])
})

test('a transaction holds as many operations and bytes as a store takes', () => {
  const steps = planImport(
    Array.from({ length: 300 }, (_, n) => key(`/${n}`, 'x')),
    [],
    plain,
  ).steps
  expect(transactionsOf(steps, 128).map(({ length }) => length)).toEqual([128, 128, 44])
  expect(transactionsOf(steps, Infinity).length).toBe(1)
  const large = planImport([key('/a', 'x'.repeat(600_000)), key('/b', 'x'.repeat(600_000)), key('/c', 'x')], [], plain)
  expect(transactionsOf(large.steps, 128).map(({ length }) => length)).toEqual([1, 2])
  expect(transactionsOf(large.steps, Infinity).length).toBe(1)
  expect(transactionsOf([], 128)).toEqual([])
})
