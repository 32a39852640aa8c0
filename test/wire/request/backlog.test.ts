import { encodeAck } from '../../../lib/wire/frames/encode.js'
import { Backlog } from '../../../lib/wire/request/backlog.js'

test('what waits is counted, in messages and in bytes, and goes in order', () => {
  const backlog = new Backlog()
  for (const n of [1, 2, 3]) backlog.push(['REP', Buffer.alloc(n), null])
  expect([backlog.length, backlog.bytes]).toEqual([3, 15])
  backlog.shift()
  expect([backlog.first?.[1]?.length, backlog.length, backlog.bytes]).toEqual([2, 2, 11])
  backlog.clear()
  backlog.shift()
  expect([backlog.first, backlog.length, backlog.bytes]).toEqual([undefined, 0, 0])
})

test('an ACK is no answer', () => {
  const backlog = new Backlog()
  backlog.push(encodeAck(Buffer.from('1')))
  backlog.push(['REP', null])
  expect([backlog.length, backlog.answers]).toEqual([2, 1])
  backlog.shift()
  expect([backlog.length, backlog.answers]).toEqual([1, 1])
  backlog.shift()
  expect([backlog.length, backlog.answers]).toEqual([0, 0])
})
