import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { StreamSupply, streamSupplyConfig, type StreamSupplyOptions } from '../../lib/stream/index.js'
import { testTrain } from '../../lib/testing/index.js'

class Sequences extends StreamSupply<number, StreamSupplyOptions> {
  protected dataOf({ sequence }: { sequence: number }): number {
    return sequence
  }
}

function make({ consumer = 'c', identity = 'sequence' } = {}) {
  const argv = ['--s.stream=S', `--s.consumer=${consumer}`, `--s.identity=${identity}`]
  return new Sequences(testTrain().train, gather({ s: streamSupplyConfig }, { argv, env: {} }).s)
}

const ticket = (supply: Sequences, origin: object) =>
  ({ owner: supply, origin: supply.originAgain(origin as never) }) as never

test('a message is known by its stream and its sequence, or by the id that it was published with', () => {
  const mark = { version: 1, stream: 'S', consumer: 'c', born: 'x', createdMs: 36, done: [] }
  const origin = { sequence: 7, messageId: 'm7', isPoison: false }
  const bySequence = make()
  bySequence.continueFrom(mark)
  expect(bySequence.identity(ticket(bySequence, origin))).toBe('S:10:7')
  const byId = make({ identity: 'messageId' })
  expect(byId.identity(ticket(byId, origin))).toBe('m7')
  expect(byId.identity(ticket(byId, { ...origin, messageId: null }))).toBe('S:0:7')
})

test('a mark goes on where it ended, but for what is open, and is of no use for another consumer', () => {
  const supply = make()
  const mark = { version: 1, stream: 'S', consumer: 'c', born: 'x', createdMs: 36, done: [[1, 5]] }
  supply.continueFrom(mark)
  supply.supplyAgain({ sequence: 3 })
  expect(supply.mark()).toEqual({
    ...mark,
    done: [
      [1, 2],
      [4, 5],
    ],
  })
  const other = make({ consumer: 'other' })
  other.continueFrom(mark)
  expect(other.mark()).toMatchObject({ done: [], born: '' })
})

test('what is no mark is refused', () => {
  for (const mark of [
    null,
    { version: 2 },
    { version: 1, stream: 'S', consumer: 'c', born: 'x', createdMs: 1, done: [[2, 1]] },
  ])
    expect(() => make().continueFrom(mark as never)).toThrow(/mark of a stream/)
})

test('its original is known only while the message is', () => {
  const supply = make()
  const origin = supply.originAgain({ sequence: 7, messageId: null, isPoison: false })
  expect(supply.originMark(origin)).toEqual({ sequence: 7, messageId: null, isPoison: false })
  expect(supply.original({ origin } as never)).toBeNull()
  const message = { ...origin.message, reply: '$JS.ACK.x', data: Buffer.from('raw') }
  expect(supply.original({ origin: { message, isPoison: false } } as never)).toEqual(Buffer.from('raw'))
})
