import { expect, test } from '@jest/globals'
import { EXIT, exitCodeOf } from '../../lib/app/exit-codes.js'
import { ConfigError } from '../../lib/errors/index.js'
import { CogError, RecordError, SourceError } from '../../lib/movement/errors.js'

const withCode = (code: string) => Object.assign(new Error(code), { code })

test('a wrong configuration is 78, a missing input 66, a full disk 74, what nobody foresaw 70', () => {
  expect(exitCodeOf(new ConfigError(['x']))).toBe(78)
  expect(exitCodeOf(withCode('ENOENT'))).toBe(66)
  expect(exitCodeOf(withCode('ENOSPC'))).toBe(74)
  expect(exitCodeOf(new RecordError('it is of another train'))).toBe(74)
  expect(exitCodeOf(withCode('ERR_IN_USE'))).toBe(75)
  expect(exitCodeOf(withCode('ERR_NO_ANSWER'))).toBe(75)
  expect(exitCodeOf(Object.assign(withCode('ERR_STATE_DIRECTORY'), { cause: withCode('EACCES') }))).toBe(73)
  expect(exitCodeOf(withCode('EEXIST'))).toBe(73)
  expect(exitCodeOf(new TypeError('bug'))).toBe(70)
  expect(exitCodeOf('thrown text')).toBe(70)
})

test('a key that is not there is 66, a conflict 73, a store that is away 69', () => {
  const codes = ['VANISHED', 'COMPACTED', 'COLLISION', 'REVISION_MISMATCH', 'UNAVAILABLE', 'LEASE_LOST', 'PATH']
  expect(codes.map((code) => exitCodeOf(withCode(`ERR_KV_${code}`)))).toEqual([66, 66, 73, 73, 69, 75, 64])
})

test('what lies behind an error counts where its own code says nothing', () => {
  expect(exitCodeOf(new CogError('drain', '1', withCode('EADDRINUSE')))).toBe(EXIT.unavailable)
  expect(exitCodeOf(new CogError('ParseJson', '1', new SyntaxError('no JSON')))).toBe(EXIT.dataerr)
  expect(exitCodeOf(new SourceError('EACCES', 'x'))).toBe(EXIT.noinput)
  expect(exitCodeOf(new AggregateError([new Error('a'), withCode('EIO')]))).toBe(EXIT.ioerr)
})

test('an exit code of its own wins, also that of a cause', () => {
  expect(exitCodeOf(Object.assign(withCode('ENOENT'), { exitCode: 73 }))).toBe(73)
  expect(exitCodeOf(new Error('x', { cause: Object.assign(withCode('EIO'), { exitCode: 73 }) }))).toBe(73)
})

test("errors that are each other's cause end all the same", () => {
  const one: Error = new Error('one')
  one.cause = new Error('two', { cause: one })
  expect(exitCodeOf(one)).toBe(70)
})
