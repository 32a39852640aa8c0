import { DeadbeatError } from '../../../lib/errors/index.js'
import { CurveError } from '../../../lib/wire/curve/curve-error.js'

test('it has a code that stays', () => {
  const error = new CurveError('no key', { cause: 1 })
  expect(error).toBeInstanceOf(DeadbeatError)
  expect([error.name, error.code, error.cause]).toEqual(['CurveError', 'ERR_KEYS', 1])
})
