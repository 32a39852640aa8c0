import { expect, test } from '@jest/globals'
import { inputsOf, merged } from '../../../lib/runner/code/inputs.js'

const code = { path: 'a', vars: ['x', 'y'], default: { y: 1, z: { deep: { a: 1, b: 2 } } } }

test('positions fill vars from the left, the rest comes by name, from the defaults, or is null', () => {
  expect(inputsOf(code, [5], {})).toEqual({ x: 5, y: 1, z: { deep: { a: 1, b: 2 } } })
  expect(inputsOf(code, [5, 6], {})).toMatchObject({ x: 5, y: 6 })
  expect(inputsOf(code, [], { y: 7 })).toMatchObject({ x: null, y: 7 })
  expect(inputsOf({ ...code, default: {} }, [], {})).toEqual({ x: null, y: null })
})

test('a position that is given as undefined or null is what it is, and no default', () => {
  expect(inputsOf(code, [undefined, null], {})).toMatchObject({ x: undefined, y: null })
})

test('more is given by name than vars say', () => {
  expect(inputsOf(code, [], { other: 3 })).toMatchObject({ other: 3 })
})

test('what is named goes over the defaults object by object', () => {
  expect(inputsOf(code, [], { z: { deep: { b: 3 } } })['z']).toEqual({ deep: { a: 1, b: 3 } })
  expect(inputsOf(code, [], { z: null })['z']).toBeNull()
  expect(code.default.z).toEqual({ deep: { a: 1, b: 2 } })
})

test('what makes no sense is refused', () => {
  expect(() => inputsOf(code, [1, 2, 3], {})).toThrow('code a takes at most 2 arguments by position: there are 3')
  expect(() => inputsOf(code, [1], { x: 2 })).toThrow('code a is given x twice')
  expect(() => inputsOf(code, [], { _self: 1 })).toThrow(`code a can't have an input named "_self"`)
  expect(() => inputsOf(code, [], { 'a) { evil(': 1 })).toThrow(TypeError)
})

test('names like those of prototypes reach no prototype', () => {
  const evil = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  ) as never
  const inputs = inputsOf(code, [], evil)
  expect(Object.keys(inputs)).toContain('__proto__')
  expect([({} as { polluted?: boolean }).polluted, Object.getPrototypeOf(inputs)]).toEqual([
    undefined,
    Object.prototype,
  ])
  expect(Object.keys(merged({}, evil))).toEqual(['__proto__', 'constructor'])
})

test('objects that are more than data stay what they are', () => {
  const map = new Map()
  expect(merged({ m: { a: 1 } }, { m: map as never })['m']).toBe(map)
})
