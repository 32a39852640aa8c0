import { expect, test } from '@jest/globals'
import { Publications } from '../../../lib/items/model/publications.js'

function start() {
  const failed: unknown[] = []
  return { failed, publications: new Publications<number>((error) => failed.push(error)) }
}

test('a listener that throws keeps nobody from hearing', () => {
  const { failed, publications } = start()
  const error = new Error('no')
  const heard: unknown[] = []
  publications.add(() => {
    throw error
  })
  publications.add((...told) => heard.push(told))
  publications.tell(1, 5, 2)
  publications.tell(null, 6, 0)
  expect([failed, heard]).toEqual([
    [error, error],
    [
      [1, 5, { missed: 2 }],
      [null, 6, { missed: 0 }],
    ],
  ])
})

test('who was stopped by a listener before it hears nothing', () => {
  const { publications } = start()
  const heard: unknown[] = []
  const second = (value: unknown): void => void heard.push(value)
  publications.add(() => void publications.delete(second))
  publications.add(second)
  publications.tell(1, 0, 0)
  expect([heard, publications.size, publications.delete(second)]).toEqual([[], 1, false])
})

test('what a listener publishes while it hears comes behind for everybody', () => {
  const { publications } = start()
  const heard: unknown[] = []
  publications.add((value) => {
    if (value === 1) publications.tell(2, 0, 0)
  })
  publications.add((value) => void heard.push(value))
  publications.tell(1, 0, 0)
  expect(heard).toEqual([1, 2])
})
