import { expect, test } from '@jest/globals'
import { errorOf, formOf } from '../../lib/workers/messages.js'

test('an error that was sent has its name, message, code and stack, and says who failed', () => {
  const thrown = Object.assign(new RangeError('too large'), { code: 'ERR_LARGE' })
  const error = errorOf(structuredClone(formOf(thrown, 'Count')))
  expect(error).toMatchObject({
    name: 'RangeError',
    message: 'Count: too large',
    code: 'ERR_LARGE',
    stack: thrown.stack,
  })
})

test('anything that was thrown becomes an error', () => {
  expect(errorOf(formOf('no', 'it'))).toMatchObject({ message: 'it: no' })
  expect(errorOf(formOf(undefined, 'it'))).not.toHaveProperty('code')
})
