import { expect, test } from '@jest/globals'
import { pause } from '../../lib/log/pause.js'

test('the thread stops for that long', () => {
  const start = process.hrtime.bigint()
  pause(5)
  expect(Number(process.hrtime.bigint() - start)).toBeGreaterThan(4_900_000)
})
