import { JOB_LIMITS, fillLimits } from '../../../lib/runner/host/limits.js'

test('a job that names no limit has all of them', () => {
  expect(fillLimits()).toEqual(JOB_LIMITS)
  expect(fillLimits({ logBytes: 0, graceMs: 0 })).toEqual({ ...JOB_LIMITS, logBytes: 0, graceMs: 0 })
})

test('less than Node itself needs is refused', () => {
  expect(() => fillLimits({ memoryBytes: 2 ** 20 })).toThrow('memoryBytes must be at least')
  expect(() => fillLimits({ openFiles: 31 })).toThrow('openFiles must be at least 32: it is 31')
  for (const name of ['cpuSeconds', 'heartbeatMs', 'messagesPerSecond'] as const) {
    expect(() => fillLimits({ [name]: 0 })).toThrow(`${name} must be at least 1: it is 0`)
  }
})
