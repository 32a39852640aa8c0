import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { root } from '../support/sources.js'

/** Whether a patience of 10 is over at each of these, as a process of its own says. */
function overs(seen: readonly (readonly [progress: number, now: number])[]): boolean[] {
  const script = `
    const { Patience } = await import('./test/crash/patience.mjs')
    const patience = new Patience(10)
    console.log(JSON.stringify(${JSON.stringify(seen)}.map(([progress, now]) => patience.isOver(progress, now))))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
  return JSON.parse(String(stdout)) as boolean[]
}

test('it is over when nothing has come for too long, and begins anew with all that comes', () => {
  const seen = [
    [0, 100],
    [0, 110],
    [1, 115],
    [1, 125],
    [1, 126],
  ] as const
  expect(overs(seen)).toEqual([false, false, false, false, true])
})

test('it does not end while the clock stands still, as that of a reader does that starts', () => {
  expect(overs(Array.from({ length: 1000 }, () => [0, 0] as const))).not.toContain(true)
})
