import { expect, test } from '@jest/globals'
import { itemGetter, itemSetter, Modifier } from '../../../lib/movement/index.js'
import { runTrain } from '../../support/engine-kit.js'
import { testEngine } from '../../support/engine-suite.js'

testEngine(true)

class Copy extends Modifier<Record<string, unknown>, unknown, unknown> {
  compute(piece: unknown): unknown {
    return piece
  }
}

test.each([
  ['quotes', '"]; throw new Error("in"); //'],
  ['a line end', 'a\nb\u2028c'],
  ['a name that objects inherit', 'constructor'],
  ['the name of the prototype', '__proto__'],
  ['a template', '${process.exit(1)}`'],
])('a key is data in the generated text: %s', async (_name, key) => {
  const { supply, drain, dead, end } = await runTrain(({ train }) => [
    () => [Object.defineProperty({}, key, { value: 7, enumerable: true, configurable: true, writable: true })],
    new Copy(train, { getter: itemGetter(key), setter: itemSetter('copy') }),
    new Copy(train, { getter: itemGetter('copy'), setter: itemSetter(key) }),
  ])
  supply.push(1)
  expect(dead).toEqual([])
  const [datum] = drain.taken as [Record<string, unknown>]
  expect(Object.getOwnPropertyDescriptor(datum, key)?.value).toBe(7)
  expect(datum['copy']).toBe(7)
  expect(Object.getPrototypeOf(datum)).toBe(Object.prototype)
  await end()
})

test('a stack trace names the cog', async () => {
  function frobnicate(): never {
    throw new Error('no')
  }
  const { supply, dead, end } = await runTrain(() => [frobnicate])
  supply.push(1)
  expect((dead[0]?.error.cause as Error).stack).toMatch(/at frobnicate /)
  await end()
})
