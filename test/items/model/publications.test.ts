import { expect, test } from '@jest/globals'
import { Publications } from '../../../lib/items/model/publications.js'

function start() {
  const failed: unknown[] = []
  const sent: unknown[] = []
  const publications = new Publications<number>(
    (error) => failed.push(error),
    ({ value }) => {
      sent.push(value)
      if (value === 13) throw new Error('it goes nowhere')
    },
  )
  return { failed, sent, publications }
}

test('a listener that throws keeps nobody from hearing', () => {
  const { failed, publications } = start()
  const error = new Error('no')
  const heard: unknown[] = []
  publications.add(() => {
    throw error
  })
  publications.add((...told) => heard.push(told))
  publications.tell({ value: 1, time: 0.005 }, 2)
  publications.tell({ value: null, time: 0.006 }, 0)
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
  publications.tell({ value: 1, time: 0 }, 0)
  expect([heard, publications.size, publications.delete(second)]).toEqual([[], 1, false])
})

test('what a listener publishes while it hears comes behind for everybody, and is sent behind', () => {
  const { publications, sent } = start()
  const heard: unknown[] = []
  publications.add((value) => {
    if (value === 1) publications.tell({ value: 2, time: 0 }, 0)
  })
  publications.add((value) => void heard.push(value))
  publications.tell({ value: 1, time: 0 }, 0)
  expect([heard, sent]).toEqual([
    [1, 2],
    [1, 2],
  ])
})

test('what can not be sent is heard all the same', () => {
  const { failed, publications } = start()
  const heard: unknown[] = []
  publications.add((value) => void heard.push(value))
  publications.tell({ value: 13, time: 0 }, 0)
  expect([failed, heard]).toEqual([[new Error('it goes nowhere')], [13]])
})
