import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Random } from '../../support/random-train/random.js'
import { runThroughCrashes, type Ending, type Sabotage } from '../../support/crash-train/run.js'

// A train that is dropped as by a kill leaves its listener behind.
process.setMaxListeners(Infinity)

/** Random trains through random crashes. Answers how many there were. */
async function crash(
  trains: number,
  isCompiled: boolean,
  sabotage: Sabotage = 'none',
  ending: Ending = 'kill',
): Promise<number> {
  let crashes = 0
  const property = fc.asyncProperty(fc.gen(), async (draw) => {
    const outcome = await runThroughCrashes(new Random(draw), isCompiled, sabotage, ending)
    crashes += outcome.crashes
    expect(outcome).toMatchObject({ faults: [] })
  })
  const seed = Number(process.env['RANDOM_SEED'] ?? 1)
  await fc.assert(property, {
    numRuns: trains,
    seed,
    endOnFailure: true,
  })
  return crashes
}

/** `npm run soak` plays 1,000 of each. */
const trains = Number(process.env['RANDOM_TRAINS'] ?? 50)

describe.each([
  ['compiled', true],
  ['as closures', false],
])('random trains, %s,', (_, isCompiled) => {
  test(
    'lose nothing and repeat nothing through random crashes',
    async () => {
      expect(await crash(trains, isCompiled)).toBeGreaterThan(trains * 2)
    },
    trains * 2000 + 180_000,
  )
})

describe.each(['leave', 'either'] as const)('random trains that end by %s', (ending) => {
  test(
    'lose nothing and repeat nothing where one leaves its work to the next',
    async () => {
      expect(await crash(trains, true, 'none', ending)).toBeGreaterThan(trains * 2)
    },
    trains * 2000 + 180_000,
  )
})

describe('the check finds', () => {
  test('what is lost where the open list is forgotten', async () => {
    await expect(crash(40, true, 'forget the open list')).rejects.toHaveProperty(
      'cause.message',
      expect.stringMatching(/was lost/),
    )
  })

  test('what is repeated where outputs are not cut back', async () => {
    await expect(crash(40, true, 'do not cut back')).rejects.toHaveProperty(
      'cause.message',
      expect.stringMatching(/came \d+ times/),
    )
  })
})
