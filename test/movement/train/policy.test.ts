import { expect, test } from '@jest/globals'
import { policyOf } from '../../../lib/movement/train/policy.js'

const OF_TRAIN = { onError: 'stop', retriesMax: 5, retryMs: 1000, retryMaxMs: 60_000 } as const

test('what a stage does not say is as its train has it', () => {
  expect(policyOf({ onError: 'retry', retryMs: 10 }, OF_TRAIN)).toEqual({ ...OF_TRAIN, onError: 'retry', retryMs: 10 })
})

test('numbers are at least 1', () => {
  expect(() => policyOf({ retriesMax: 0 }, OF_TRAIN)).toThrow('retriesMax must be at least 1: it is 0')
})
