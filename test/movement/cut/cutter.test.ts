import { describe, expect, test } from '@jest/globals'
import { runThroughCrashes, type Sabotage } from '../../support/crash-train/run.js'

// A train that is dropped as by a kill leaves its listener behind.
process.setMaxListeners(Infinity)

async function faultsOf(
  seeds: number,
  isCompiled: boolean,
  sabotage: Sabotage,
): Promise<{ crashes: number; faults: string[] }> {
  let crashes = 0
  const faults: string[] = []
  for (let seed = 1; seed <= seeds; seed++) {
    const outcome = await runThroughCrashes(seed, isCompiled, sabotage)
    crashes += outcome.crashes
    faults.push(...outcome.faults.map((fault) => `seed ${seed} (${outcome.stages.join(' ')}): ${fault}`))
  }
  return { crashes, faults }
}

describe.each([
  ['compiled', true],
  ['as closures', false],
])('random trains, %s,', (_, isCompiled) => {
  test('lose nothing and repeat nothing through random crashes', async () => {
    const { crashes, faults } = await faultsOf(150, isCompiled, 'none')
    expect(faults).toEqual([])
    expect(crashes).toBeGreaterThan(300)
  }, 60_000)
})

describe('the check finds', () => {
  test('what is lost where the open list is forgotten', async () => {
    const { faults } = await faultsOf(40, true, 'forget the open list')
    expect(faults.join('\n')).toContain('was lost')
  })

  test('what is repeated where outputs are not cut back', async () => {
    const { faults } = await faultsOf(40, true, 'do not cut back')
    expect(faults.join('\n')).toMatch(/came \d+ times/)
  })
})
