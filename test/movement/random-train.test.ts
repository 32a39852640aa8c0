import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Random } from '../support/random-train/random.js'
import { runRandomTrain } from '../support/random-train/train.js'

/** `npm run soak` plays 1,000. */
const trains = Number(process.env['RANDOM_TRAINS'] ?? 50)
const seed = Number(process.env['RANDOM_SEED'] ?? 1)

test.each([
  ['compiled', true],
  ['closures', false],
])(
  'random trains, %s: accounts balance at any moment, each end is told once and never too early',
  async (_name, isCompiled) => {
    let events = 0
    const property = fc.asyncProperty(fc.gen(), async (draw) => {
      const outcome = await runRandomTrain(new Random(draw), isCompiled)
      expect(outcome).toMatchObject({ faults: [] })
      events += outcome.events
    })
    await fc.assert(property, { numRuns: trains, seed })
    expect(events).toBeGreaterThan(trains * 5)
  },
  trains * 200 + 180_000,
)
