import { expect, test } from '@jest/globals'
import { exitCodeOf } from '../../../lib/app/exit-codes.js'
import { ExampleError } from '../../../lib/app/examples/example-error.js'

test('it brings its own exit code', () => {
  expect(exitCodeOf(new ExampleError('there are none', 66))).toBe(66)
})
