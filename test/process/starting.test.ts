import { expect, test } from '@jest/globals'
import { deadbeat, scratch } from '../app/scratch.js'
import { FROM_SOURCE, runScript } from '../support/child.js'

/** Of a script whose Node lets it ask: `isFast(fn)` calls a function until V8 has compiled it for speed, or often enough. */
const ASKING = `
  import { setFlagsFromString } from 'node:v8'
  setFlagsFromString('--allow-natives-syntax')
  setFlagsFromString('--no-concurrent-recompilation') // A busy machine lets the thread that compiles wait.
  const statusOf = new Function('fn', 'return %GetOptimizationStatus(fn)')
  const isFast = async (fn) => {
    for (let calls = 0; calls < 3000; calls++) {
      fn(10_000)
      await new Promise(setImmediate)
      if ((statusOf(fn) & 64) !== 0) return true
    }
    return false
  }
  const makeSum = (serial) => new Function('n', 'let sum = 0; for (let i = 0; i < n; i++) sum += i % 7; return sum //' + serial)
`

const GROWING = `
  import { getHeapSpaceStatistics } from 'node:v8'
  const youngBytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size
  const hasGrown = () => { // Twice as much is the half that is only there from the first collection on.
    const [before, kept] = [youngBytes(), []]
    for (let n = 0; n < 300_000; n++) kept.push({ n })
    return kept.length > 0 && youngBytes() > 4 * before
  }
`

test('while a process starts V8 spares memory, and afterwards it does as usual', async () => {
  const { lines, errors } = await runScript(
    `${ASKING}${GROWING}
    const { beginStarting, endStarting } = await import(source + 'lib/process/starting.ts')
    beginStarting()
    console.log(hasGrown(), await isFast(makeSum(1)))
    endStarting()
    console.log(hasGrown(), await isFast(makeSum(2)))`,
    FROM_SOURCE,
  )
  expect([lines, errors]).toEqual([['false false', 'true true'], ''])
})

test('what was said to V8 itself counts', async () => {
  const { lines } = await runScript(
    `${ASKING}
    const { beginStarting, endStarting } = await import(source + 'lib/process/starting.ts')
    beginStarting()
    endStarting()
    console.log(await isFast(makeSum(1)))`,
    ['--no-opt', ...FROM_SOURCE],
  )
  expect(lines).toEqual(['false'])
})

test('a plain script and what builds an app run as fast as ever', () => {
  const dir = scratch({
    'plain.mjs': `${ASKING}console.log(await isFast(makeSum(1)))`,
    'app.mjs': `${ASKING}import { app } from 'deadbeat/app'
      export default app({ name: 'fast', async build() {
        console.log(await isFast(makeSum(1)))
        process.exit(0)
      } })`,
  })
  const stdoutOf = (name: string) => deadbeat(dir, ['run', name, '--state-dir', dir]).stdout
  expect([stdoutOf('plain.mjs'), stdoutOf('app.mjs')]).toEqual(['true\n', 'true\n'])
})
