import { expect, test } from '@jest/globals'
import { escapeLines, jsonOf, keyFields, lineOf, paint, textOf, valueFields } from '../../../lib/cli/kv/show.js'

test('JSON is shown without the blanks between its parts, and only those', () => {
  expect(lineOf(Buffer.from('{ "a b" : [ 1e400, "x\\"  y" ],\n "n": 1.0 }'))).toBe('{"a b":[1e400,"x\\"  y"],"n":1.0}')
  expect(lineOf(Buffer.from('{ not json'))).toBe('{ not json')
  expect(lineOf(Buffer.from('"a  b"'))).toBe('"a  b"')
})

test('a value is text if its bytes are UTF-8, byte order mark and all', () => {
  expect(textOf(Buffer.from('\ufeffa'))).toBe('\ufeffa')
  expect(valueFields(Buffer.from([0xc3]))).toEqual({ base64: 'ww==' })
  expect(jsonOf(' [1]')).toEqual([1])
  expect([jsonOf('5'), jsonOf('{'), jsonOf('"x"')]).toEqual([undefined, undefined, undefined])
})

test('a lease is written as etcdctl writes it', () => {
  const kv = { key: '1/a', value: Buffer.from('x'), mod: 3, create: 2, version: 2, lease: 255n }
  expect(keyFields('/a', kv)).toEqual({
    ...{ path: '/a', value: 'x', modRevision: 3, createRevision: 2, version: 2, lease: 'ff' },
  })
})

test('terminals get lines and colours, and nothing that steers them', () => {
  expect(escapeLines('a\r\n\u009b31m')).toBe('a\\x0d\n\\x9b31m')
  expect([paint('x', 'red', true), paint('x', 'red', false)]).toEqual(['\u001b[31mx\u001b[0m', 'x'])
})
