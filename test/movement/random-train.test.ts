import { expect, test } from '@jest/globals'
import { runRandomTrain } from '../support/random-train/train.js'

const trains = Number(process.env['RANDOM_TRAINS'] ?? 150)
const firstSeed = Number(process.env['RANDOM_SEED'] ?? 1)

test.each([
  ['compiled', true],
  ['closures', false],
])(
  'random trains, %s: accounts balance at any moment, each end is told once and never too early',
  async (_name, isCompiled) => {
    let events = 0
    for (let seed = firstSeed; seed < firstSeed + trains; seed++) {
      const outcome = await runRandomTrain(seed, isCompiled)
      expect({ seed, ...outcome }).toMatchObject({ seed, faults: [] })
      events += outcome.events
    }
    expect(events).toBeGreaterThan(trains * 5)
  },
  Math.max(20_000, trains * 100),
)
