import { DeadbeatError } from '../../lib/errors/index.js'
import { InvalidDatumError } from '../../lib/text/invalid-datum.js'

test('says every fault, and keeps them as a list', () => {
  const error = new InvalidDatumError('an entry', ['/a is missing', '/b must be text'])
  expect(error).toBeInstanceOf(DeadbeatError)
  expect(error.message).toBe('an entry must keep its rules: /a is missing; /b must be text')
  expect([error.code, error.faults]).toEqual(['ERR_INVALID_DATUM', ['/a is missing', '/b must be text']])
})
