import { expect, test } from '@jest/globals'
import { andThen, isPromise } from '../../../lib/items/model/and-then.js'

test('what is there is gone on with at once, and what throws then throws at once', () => {
  expect(andThen(1, (one) => one + 1)).toBe(2)
  expect(() =>
    andThen(1, () => {
      throw new Error('no')
    }),
  ).toThrow('no')
})

test('what is still to come is waited for, whoever made the promise', async () => {
  const then = (resolve: (value: number) => void): void => {
    resolve(1)
  }
  const foreign = { then } as unknown as PromiseLike<number>
  expect(await andThen(foreign, (one) => one + 1)).toBe(2)
  await expect(andThen(Promise.reject(new Error('gone')), () => 1)).rejects.toThrow('gone')
})

test('a value is no promise because it has a field of that name', () => {
  expect([{ then: 1 }, {}, null, undefined, 'then'].map(isPromise)).toEqual([false, false, false, false, false])
  expect(isPromise(Promise.resolve())).toBe(true)
})
