import { DeadbeatError } from '../../lib/errors/index.js'
import { errorReply, readError, RemoteError, WireError } from '../../lib/wire/errors.js'

test('an error is told by a name that clients written in Python know', () => {
  const typeOf = (error: unknown) => (errorReply(error)['error'] as { type: string }).type
  const errors = [
    new TypeError('a'),
    new RangeError('b'),
    new SyntaxError('c'),
    new Error('d'),
    new WireError('ERR_DEADLINE', 'e'),
  ]
  expect(errors.map(typeOf)).toEqual(['TypeError', 'ValueError', 'ValueError', 'RuntimeError', 'TimeoutError'])
})

test('whoever serves may know better what an error is called', () => {
  const options = {
    errorType: (error: Error) => ('code' in error && error.code === 'ERR_ITEM' ? 'KeyError' : undefined),
  }
  expect(errorReply(new DeadbeatError('ERR_ITEM', 'no such item'), options)).toEqual({
    error: { type: 'KeyError', text: 'no such item', code: 'ERR_ITEM' },
  })
  expect(errorReply(new TypeError('x'), options)).toEqual({ error: { type: 'TypeError', text: 'x' } })
})

test('an error goes over the wire with its code and its causes, and its stack only on request', () => {
  const thrown = new DeadbeatError('ERR_OUTER', 'outer', { cause: new TypeError('inner') })
  const there = readError(JSON.parse(JSON.stringify(errorReply(thrown))))
  expect(there).toBeInstanceOf(RemoteError)
  expect(there).toMatchObject({ name: 'RuntimeError', message: 'outer', code: 'ERR_OUTER', remoteStack: undefined })
  expect(there?.cause).toMatchObject({ name: 'TypeError', message: 'inner', code: 'ERR_REMOTE' })
  expect(readError(errorReply(thrown, { debug: true }))?.remoteStack).toContain('errors.test')
})

test('an error of somebody else keeps its own name, where that says more than the type', () => {
  class NoPaper extends Error {
    override name = 'NoPaper'
  }
  const nameOf = (error: unknown) => readError(errorReply(error))?.name
  expect([new NoPaper('x'), new RangeError('x'), new Error('x')].map(nameOf)).toEqual([
    ...['NoPaper', 'RangeError', 'RuntimeError'],
  ])
  expect(readError({ error: { type: 'KeyError', name: 7, text: 'x' } })?.name).toBe('KeyError')
})

test('a chain of causes without end is cut', () => {
  const endless = new Error('round')
  endless.cause = endless
  expect(JSON.stringify(errorReply(endless)).match(/round/g)).toHaveLength(9)
})

test('an error of any shape is one', () => {
  expect(readError({ error: 'just text' })).toMatchObject({ name: 'RuntimeError', message: 'just text' })
  expect(readError({ error: { type: 7, text: ['x'] } })).toMatchObject({
    name: 'RuntimeError',
    message: '{"type":7,"text":["x"]}',
  })
  expect(readError({ error: true })).toMatchObject({ message: 'true' })
})

test('an error that is empty is none', () => {
  expect(
    [{}, { error: null }, { error: '' }, { error: {} }, { value: 1 }].map((payload) => readError(payload)),
  ).toEqual(Array(5).fill(null))
})

test('an error may have any name', () => {
  const error = Object.assign(new Error('odd'), { name: 'constructor' })
  expect(errorReply(error)).toEqual({ error: { type: 'RuntimeError', name: 'constructor', text: 'odd' } })
  const own = Object.assign(new Error('no paper'), { name: 'NoPaper', code: 'E_PAPER' })
  expect(errorReply(own)).toEqual({
    error: { type: 'RuntimeError', name: 'NoPaper', text: 'no paper', code: 'E_PAPER' },
  })
})
