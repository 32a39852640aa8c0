import { expect, test } from '@jest/globals'
import { errorClasses, revive } from '../../../lib/items/proxy/revive.js'
import { RemoteError } from '../../../lib/wire/index.js'

class NoOil extends Error {
  readonly level: number

  constructor(level: number) {
    super(`level is ${level}`)
    this.level = level
  }
}

test('an error of a known class is of that class again, with its code, its cause and the stack there', () => {
  const cause = new RemoteError('TypeError', 'inner')
  const error = new RemoteError('RangeError', 'no', { code: 'ERR_LEVEL', stack: 'there', cause })
  const revived = revive(error, errorClasses()) as RangeError & { code: string; remoteStack: string }
  expect(revived).toBeInstanceOf(RangeError)
  expect([revived.name, revived.message, revived.code, revived.remoteStack]).toEqual([
    ...['RangeError', 'no', 'ERR_LEVEL', 'there'],
  ])
  expect(revived.cause).toBeInstanceOf(TypeError)
  expect(revived.stack).toMatch(/^RangeError: no\n {4}at /)
})

test('a class of the caller is known when it is named, and its constructor is not run', () => {
  const error = new RemoteError('NoOil', 'level is 3')
  expect(revive(error, errorClasses())).toBe(error)
  const revived = revive(error, errorClasses([NoOil])) as NoOil
  expect(revived).toBeInstanceOf(NoOil)
  expect([revived.message, 'level' in revived]).toEqual(['level is 3', false])
})

test.each(['Function', 'constructor', '__proto__', 'toString', ''])('a name like %j finds no class', (name) => {
  const error = new RemoteError(name, 'no')
  expect(revive(error, errorClasses())).toBe(error)
})

test('errors of this side stay what they are', () => {
  const error = new SyntaxError('here')
  expect(revive(error, errorClasses())).toBe(error)
  expect(revive('thrown', errorClasses())).toBe('thrown')
})
