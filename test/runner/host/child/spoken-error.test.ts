import { ErrorRecorded } from '../../../../lib/runner/host/child/messages.js'
import { speakOf } from '../../../../lib/runner/host/child/spoken-error.js'

test('an error is spoken of by name, message, code, and the part of its stack that is the code', () => {
  const error = Object.assign(new RangeError('no'), { code: 'E', isRetryable: false })
  error.stack = 'RangeError: no\n    at code:a.b:2:3\n    at /host/main.cjs:1:1\n    at node:internal/x:1:1'
  expect(speakOf(error, '/host/main.cjs')).toEqual({
    ...{ name: 'RangeError', message: 'no', code: 'E', isRetryable: false },
    stack: 'RangeError: no\n    at code:a.b:2:3',
  })
  expect(speakOf(new ErrorRecorded('x'), '-')).toMatchObject({ name: 'ErrorRecorded', isRecorded: true })
})

test('whatever is thrown can be spoken of, and not at length', () => {
  expect(speakOf('text', '-')).toMatchObject({ name: 'Error', message: 'text' })
  expect(speakOf(undefined, '-')).toMatchObject({ message: 'undefined' })
  expect(speakOf(Object.assign(new Error('x'), { name: 5, message: { a: 1 } }), '-')).toMatchObject({
    ...{ name: '5', message: '{"a":1}' },
  })
  expect(speakOf(new Error('x'.repeat(1e6)), '-').message).toHaveLength(8192)
})

test('what throws when it is looked at is told as that, and texts have an end', () => {
  const odd = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('inner')
    },
  })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const thrown of [odd, proxy])
    expect(speakOf(thrown, '-')).toEqual({ name: 'Error', message: expect.stringContaining('throws itself') as string })
  const long = Object.assign(new Error('x'), { name: 'n'.repeat(10_000), code: 'c'.repeat(10_000) })
  const { name, code = '' } = speakOf(long, '-')
  expect([name.length, code.length]).toEqual([8192, 8192])
})
