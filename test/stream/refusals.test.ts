import { expect, test } from '@jest/globals'
import { Refusals } from '../../lib/stream/refusals.js'

test('tells how many there were since the last time, and why, and counts all', () => {
  const told: [object, string][] = []
  const error = (fields: object, message: string) => void told.push([fields, message])
  const refusals = new Refusals({ debug: error, info: error, warn: error, error }, 'a:1')
  refusals.tell()
  refusals.add(new Error('too large'))
  refusals.tell()
  refusals.add(new Error('too long'))
  refusals.add(new Error('too large'))
  refusals.tell()
  refusals.tell()
  expect(told).toEqual([
    [{ refused: 1 }, 'a:1 refused a message: too large; dropped'],
    [{ refused: 3 }, 'a:1 refused 2 messages: too long; dropped'],
  ])
})
