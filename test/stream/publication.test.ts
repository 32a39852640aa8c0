import { expect, test } from '@jest/globals'
import { publish } from '../../lib/stream/publication.js'
import { FakeNats } from '../support/fake-nats.js'

test.each([
  [null, null],
  ['i', null],
  [null, 'h'],
  ['i', 'h'],
])('tells the id %p, and that it follows %p', (id, follows) => {
  const nats = new FakeNats()
  publish(nats.link, { subject: 's', payload: Buffer.from('x'), id }, 'r', follows)
  expect(nats.published).toEqual([{ subject: 's', payload: 'x', reply: 'r', id, follows }])
})

test('an id of several lines is refused: it could be another field', () => {
  const nats = new FakeNats()
  const send = () =>
    publish(nats.link, { subject: 's', payload: Buffer.from('x'), id: 'a\r\nNats-Rollup: all' }, 'r', null)
  expect(send).toThrow(/a message's id must be one line/)
  expect(nats.published).toEqual([])
})
