import { expect, test } from '@jest/globals'
import { OPS, requestOf } from '../../lib/control/protocol.js'

test('a request is read', () => {
  expect(requestOf('{"id":1,"op":"set","key":"a","value":null}')).toEqual({ id: 1, op: 'set', key: 'a', value: null })
})

test.each([
  ['nonsense', /this is no JSON/],
  ['[]', /one JSON object/],
  ['null', /one JSON object/],
  ['{"op":"ping"}', /must have an id/],
  ['{"id":"1","op":"ping"}', /must have an id/],
  ['{"id":1.5,"op":"ping"}', /must have an id/],
  ['{"id":1}', /op must be one of/],
  ['{"id":1,"op":"constructor"}', /op must be one of/],
  ['{"id":1,"op":"get"}', /get needs pattern/],
  ['{"id":1,"op":"get","pattern":7}', /pattern of get must be a string/],
  ['{"id":1,"op":"cancel","watch":"7"}', /watch of cancel must be a number/],
])('%s is refused', (line, message) => {
  expect(() => requestOf(line)).toThrow(message)
})

test('every operation is there', () => {
  const ops = ['ping', 'describe', 'methods', 'get', 'set', 'watch', 'cancel', 'call', 'reload', 'stop']
  expect(Object.keys(OPS)).toEqual(ops)
})
