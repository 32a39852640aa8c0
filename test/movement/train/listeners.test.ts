import { expect, test } from '@jest/globals'
import { listenersAmong } from '../../../lib/movement/train/listeners.js'

const idText = (number: number): string => `e${number}`

test('there is no listener where nobody listens, so that nothing is done for it', () => {
  expect(listenersAmong([{}, { turn: () => null }], idText, () => undefined)).toBeNull()
})

test('everybody who has the method hears, under the ids, and one who throws robs nobody', () => {
  const heard: string[] = []
  const errors: string[] = []
  const angry = {
    eventDone: () => {
      throw new Error('no')
    },
  }
  const calm = {
    eventDone: (id: string) => heard.push(`done ${id}`),
    eventRename: (oldId: string, newId: string) => heard.push(`${oldId} is ${newId}`),
  }
  const listeners = listenersAmong([angry, {}, calm], idText, ({ message }) => errors.push(message))
  listeners?.eventDone(1)
  listeners?.eventRename(1, 2)
  expect([heard, errors]).toEqual([['done e1', 'e1 is e2'], ['no']])
})
