import { expect, test } from '@jest/globals'
import { failureOf } from '../../lib/cli/check-failure.js'
import { ConfigError } from '../../lib/errors/index.js'

test('of a configuration every fault is told, with 78', () => {
  expect(failureOf(new ConfigError(['a is no', 'b neither']))).toEqual({ code: 78, faults: ['a is no', 'b neither'] })
})

test('what a cog refuses is what the operator set', () => {
  expect(failureOf(new RangeError('keysMax must be at least 1: it is 0'))).toEqual({
    code: 78,
    faults: ['keysMax must be at least 1: it is 0'],
  })
})

test('what nobody foresaw is told with its stack; what has a code of its own is not', () => {
  const { code, faults } = failureOf(new Error('no such field'))
  expect([code, faults[0], faults[1]]).toEqual([
    65,
    'Error: no such field',
    expect.stringMatching(/^at .*check-failure/),
  ])
  expect(failureOf(Object.assign(new Error('none'), { code: 'ENOENT' }))).toEqual({ code: 66, faults: ['none'] })
})

test('what is no Error is told as it is', () => {
  expect(failureOf('no')).toMatchObject({ code: 65, faults: expect.arrayContaining(['Error: no']) })
})
