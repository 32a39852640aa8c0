import { expect, test } from '@jest/globals'
import { startLamp } from './daemon.js'

test('an item is followed until it is what is waited for, or the time is over', async () => {
  const { ask, stop } = await startLamp()
  expect(ask('watch', 'lamp.level', '--until', '>= 3', '--json').stdout).toContain('"key":"lamp.level","value":3')
  expect(ask('watch', 'lamp.heat', '--count', '1').stdout).toMatch(/ lamp\.heat = 5 \(stale\)\n$/)
  expect(ask('watch', 'lamp.heat', '--count', '1', '--json').stdout).toMatch(
    /"value":5,"timeMs":\d+(\.\d+)?,"isStale":true}\n$/,
  )
  // On a busy machine the time may be over before the lamp is found.
  const outcomeIn = (ms: number) => ask('watch', 'lamp.level', '--until', '9', '--timeout', `${ms}ms`)
  let ms = 500
  let outcome = outcomeIn(ms)
  for (; outcome.stderr.includes('was not found within'); outcome = outcomeIn(ms)) ms *= 2
  expect([outcome.status, outcome.stderr]).toEqual([75, `watch: ${ms} ms are over\n`])
  expect(await stop()).toBe(0)
})
