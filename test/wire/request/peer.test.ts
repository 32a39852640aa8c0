import { encodeAck } from '../../../lib/wire/frames/encode.js'
import { Peers } from '../../../lib/wire/request/peer.js'

const identity = (i: number) => Buffer.from(`peer ${i}`)

test('a peer is known by its identity', () => {
  const peers = new Peers()
  const peer = peers.of(identity(1))
  expect(peers.of(identity(1))).toBe(peer)
  expect(peers.of(identity(2))).not.toBe(peer)
  peers.forget(peer)
  const again = peers.of(identity(1))
  expect(again).not.toBe(peer)
  expect(peers.of(Buffer.from('peer'))).not.toBe(again)
  const last = peers.of(identity(1))
  expect(last).toBe(again)
  peers.forget(last)
  expect(peers.of(identity(1))).not.toBe(last)
})

test('those who come and go are forgotten, those who wait are not', () => {
  const peers = new Peers()
  const waiting = peers.of(identity(0))
  waiting.asked.add({} as never)
  for (let i = 1; i <= 5000; i++) peers.of(identity(i))
  expect([...peers].length).toBeLessThan(2000)
  expect(peers.of(identity(0))).toBe(waiting)
})

test('an answer that waits for room counts as under way', () => {
  const peer = new Peers().of(identity(1))
  peer.backlog.push([])
  expect(peer.load).toBe(1)
})

test('an ACK that waits for room is no request more, but its client is not forgotten', () => {
  const peer = new Peers().of(identity(1))
  peer.backlog.push(encodeAck(Buffer.from('1')))
  expect([peer.load, peer.isIdle]).toEqual([0, false])
})
