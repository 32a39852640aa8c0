import { expect, test } from '@jest/globals'
import { Stillness } from '../../../lib/movement/life/stillness.js'

const drain = (): never => ({}) as never

test('what drains tell is kept while nothing may move, and heard afterwards, of each once', () => {
  const stillness = new Stillness()
  const [one, other] = [drain(), drain()]
  const heard: unknown[] = []
  expect(stillness.keeps(one)).toBe(false)
  const go = (): void => {
    expect([one, other, one].map((each) => stillness.keeps(each))).toEqual([true, true, true])
    expect(heard).toEqual([])
  }
  stillness.during(go, (each) => heard.push(each))
  expect(heard).toEqual([one, other])
  expect(stillness.keeps(one)).toBe(false)
})

test('it ends with a failure, too', () => {
  const stillness = new Stillness()
  const heard: unknown[] = []
  const go = (): void => {
    stillness.keeps(drain())
    throw new Error('a seal failed')
  }
  expect(() => stillness.during(go, (each) => heard.push(each))).toThrow('a seal failed')
  expect([heard.length, stillness.keeps(drain())]).toEqual([1, false])
})
