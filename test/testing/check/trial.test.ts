import { expect, test } from '@jest/globals'
import { Faults } from '../../../lib/testing/check/faults.js'
import { tryOnce, type TrialOptions, type Way } from '../../../lib/testing/check/trial.js'
import { ITEMS, Recall, Third } from './cogs.js'

async function attempt(way: Way, options: Partial<TrialOptions> = {}) {
  const faults = new Faults()
  const data = () => ITEMS.map((item) => ({ ...item }))
  const plain = {
    make: (train) => new Third(train, {}),
    seed: 3,
    isCompiled: true,
    isListening: true,
  } satisfies Partial<TrialOptions>
  const outcome = await tryOnce({ ...plain, data, way, cameOf: null, waitMs: 0, ...options }, faults)
  return { ...outcome, faults: faults.list }
}

test.each<Way>(['to its end', 'through a check-point'])('%s all data are put', async (way) => {
  const { outputs, failures, faults } = await attempt(way)
  expect([outputs.length, failures.length, faults]).toEqual([12, 4, []])
})

test('a stop comes at another moment with each seed, and what comes out is what was put by then', async () => {
  const lengths = new Set<number>()
  for (let seed = 1; seed < 9; seed++) lengths.add((await attempt('to a stop', { seed })).outputs.length)
  expect(lengths.size).toBeGreaterThan(3)
})

test('the same seed does the same', async () => {
  expect(await attempt('to a stop', { seed: 7 })).toEqual(await attempt('to a stop', { seed: 7 }))
})

test('what is lost or too many behind a check-point is told', async () => {
  class Doubles extends Recall {
    override snapshot() {
      return [...this.list, ...this.list].slice(0, 2) as never
    }
  }
  const told = new Set<string>()
  for (let seed = 1; seed < 12; seed++) {
    const { faults } = await attempt('through a check-point', { make: (train) => new Doubles(train, {}), seed })
    if (faults[0] !== undefined) told.add(faults[0])
  }
  expect([...told]).toContainEqual('says in restore() that 2 data are gathered: at the snapshot there were 1')
})
