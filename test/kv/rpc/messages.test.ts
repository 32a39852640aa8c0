import fc from 'fast-check'
import { MessageType } from '../../../lib/kv/rpc/message.js'
import * as messages from '../../../lib/kv/rpc/messages.js'
import { WireError } from '../../../lib/kv/rpc/wire.js'
import { sampleOf } from '../../support/etcd-samples.js'

const types = Object.values(messages).filter((value) => value instanceof MessageType)

it('is all messages that are spoken', () => {
  expect(types.length).toBeGreaterThan(30)
})

it.each(types.map((type) => [type.name, type] as const))('%s is read as it was written', (_, type) => {
  fc.assert(
    fc.property(sampleOf(type), (value) => {
      expect(type.decode(type.encode(value))).toEqual(value)
    }),
    { numRuns: 50 },
  )
})

it('is what the server of others means', () => {
  const { TxnRequest } = messages
  const compare = { key: 'k', target: 2, result: 0, mod: 7 }
  const bytes = TxnRequest.encode({ compare: [compare], success: [{ put: { key: 'k', value: Buffer.from('v') } }] })
  // compare { target MOD, key "k", mod_revision 7 }, success { request_put { key "k", value "v" } }
  expect(bytes.toString('hex')).toBe('0a07' + '1002' + '1a016b' + '3007' + '1208' + '1206' + '0a016b' + '120176')
})

it('survives bytes that were damaged: a message, or an error that says why', () => {
  const started = process.memoryUsage().heapUsed
  const random = seeded(7)
  const samples = types.map((type) => {
    const values = fc.sample(sampleOf(type), { numRuns: 20, seed: 7 })
    return { type, all: values.map((value) => type.encode(value)).filter(({ length }) => length > 0) }
  })
  let readable = 0
  let refused = 0
  for (let i = 0; i < 100_000; i++) {
    const { type, all } = samples[i % samples.length] as (typeof samples)[number]
    if (all.length === 0) continue
    try {
      type.decode(damaged(all[random(all.length)] as Buffer, random))
      readable += 1
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      refused += 1
    }
  }
  expect(Math.min(readable, refused)).toBeGreaterThan(10_000)
  global.gc?.()
  expect(process.memoryUsage().heapUsed - started).toBeLessThan(100_000_000)
})

/** Numbers below a bound that are the same each time. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % below
  }
}

function damaged(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes)
  const at = random(copy.length)
  switch (random(4)) {
    case 0:
      copy[at] = random(256)
      return copy
    case 1:
      copy[at] = (copy[at] as number) ^ (1 << random(8))
      return copy
    case 2:
      return copy.subarray(0, at)
    default:
      return Buffer.concat([copy.subarray(0, at), Buffer.from([random(256), random(256)]), copy.subarray(at)])
  }
}
