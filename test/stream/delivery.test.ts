import { expect, test } from '@jest/globals'
import { deliveryOf } from '../../lib/stream/delivery.js'

test('reads both forms of a reply subject', () => {
  const facts = { sequence: 20, deliveries: 3, pending: 9 }
  expect(deliveryOf('$JS.ACK.S.c.3.20.21.1700000000000000000.9')).toEqual(facts)
  expect(deliveryOf('$JS.ACK.domain.account.S.c.3.20.21.1700000000000000000.9.token')).toEqual(facts)
})

test('what is none is refused', () => {
  for (const reply of ['', '_INBOX.x', '$JS.ACK.S.c.x.20.21.1.9', '$JS.ACK.S.c.1.0.21.1.9', '$JS.ACK.S.c.1..21.1.9'])
    expect(() => deliveryOf(reply)).toThrow(/a message must come from a stream: its reply subject is/)
})
