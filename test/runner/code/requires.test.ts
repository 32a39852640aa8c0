import { expect, test } from '@jest/globals'
import { inOrder } from '../../../lib/runner/code/requires.js'

const modules = new Map<string, readonly string[]>()

function order(requires: string[], graph: Record<string, string[]>): string[] {
  return inOrder('code x', requires, (name) => new Map(Object.entries(graph)).get(name))
}

test('each comes once, behind what it requires', () => {
  expect(order(['a', 'd'], { a: ['b', 'c'], b: ['c'], c: [], d: ['a'] })).toEqual(['c', 'b', 'a', 'd'])
  expect(order([], {})).toEqual([])
})

test('a circle is told as it goes round, without the way to it', () => {
  const graph = { start: ['a'], a: ['b', 'other'], b: ['c'], c: ['a'], other: [] }
  expect(() => order(['start'], graph)).toThrow(
    "code x can't be used: modules require each other in a circle: a → b → c → a",
  )
  expect(() => order(['a'], { a: ['a'] })).toThrow('in a circle: a → a')
})

test('two ways to the same module are no circle', () => {
  expect(order(['a'], { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] })).toEqual(['d', 'b', 'c', 'a'])
})

test('a module is looked at once, however many ways lead to it', () => {
  const asked: string[] = []
  const names = inOrder('code x', ['a30'], (name) => {
    asked.push(name)
    const n = Number(name.slice(1))
    return n === 0 ? [] : [`a${n - 1}`, `b${n - 1}`].filter((its) => its !== 'b0')
  })
  expect(new Set(asked).size).toBe(asked.length)
  expect(names).toHaveLength(60)
})

test('what is missing is named, and who requires it', () => {
  expect(() => order(['a'], {})).toThrow(/^code x requires the module a, which is not stored$/)
  expect(() => order([''], {})).toThrow(/^code x requires the module , which is not stored$/)
  expect(() => order(['a'], { a: ['b'] })).toThrow(/^code x can't be used: module a requires the module b, which/)
})

test('a chain may be long', () => {
  for (let i = 0; i < 20_000; i++) modules.set(`m${i}`, i === 19_999 ? [] : [`m${i + 1}`])
  const names = inOrder('code x', ['m0'], (name) => modules.get(name))
  expect([names.length, names[0], names.at(-1)]).toEqual([20_000, 'm19999', 'm0'])
})
