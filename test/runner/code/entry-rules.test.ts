import { compileFunction } from 'node:vm'
import { expect, test } from '@jest/globals'
import { CONTEXT_NAMES, faultsOf, isInputName, isModuleName, TEXT } from '../../../lib/runner/code/entry-rules.js'

test('an input has a name that strict code can declare, and none that the code is given besides', () => {
  expect(['a', '$a', '_a', 'été', 'a1', '__proto__'].map(isInputName)).not.toContain(false)
  expect(['', '1a', 'a.b', 'a b', 'let', 'eval', 'arguments', 'a,b', 'a=1', 5].map(isInputName)).not.toContain(true)
  expect(CONTEXT_NAMES.map(isInputName)).not.toContain(true)
})

test('every name that is allowed compiles, and every name that is refused as reserved does not', () => {
  const compiles = (name: string): boolean => {
    try {
      return typeof compileFunction(`return async function (${name}) { 'use strict' }`) === 'function'
    } catch {
      return false
    }
  }
  for (const name of ['a', '$', '_', 'été', 'of', 'get', 'async', '__proto__']) {
    expect([name, isInputName(name), compiles(name)]).toEqual([name, true, true])
  }
  for (const name of ['let', 'static', 'yield', 'eval', 'arguments', 'implements', 'null', 'this']) {
    expect([name, isInputName(name), compiles(name)]).toEqual([name, false, false])
  }
})

test("a module's name is what stands behind import, and never one of Node's own or a file", () => {
  expect(['a', 'a.b', 'a-b.c_d', 'lib2.x'].map(isModuleName)).not.toContain(false)
  expect(['', 'a/b', 'node:fs', './a', 'a..b', '.a', 'a b', 'ä', '@a/b', 5].map(isModuleName)).not.toContain(true)
  expect(['fs', 'path', 'worker_threads', 'a\n'].map(isModuleName)).not.toContain(true)
  const long = Array.from({ length: 17 }, () => 'a')
  expect([long.slice(1), long].map((names) => isModuleName(names.join('.')))).toEqual([true, false])
})

test('a field of the prototype is no field', () => {
  expect(faultsOf(JSON.parse('{"__proto__": 1, "constructor": 2}') as never, { code: TEXT })).toEqual([
    'there is no "__proto__": there are code',
    'there is no "constructor": there are code',
  ])
})
