import { expect, test } from '@jest/globals'
import { EmbeddedEngine } from '../../../lib/kv/embedded/embedded-engine.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'
import { stateOf } from '../engine-contract.js'
import { bootOf, newPath, put } from './kit.js'

function open(file: string, clock: ManualClock, boot = 'first'): EmbeddedEngine {
  return new EmbeddedEngine({ file, clock, revisionsMax: 100, pollMs: 50, busyMs: 5000, boot: bootOf(clock, boot) })
}

async function startWithLease() {
  const [file, clock] = [newPath(), new ManualClock({ nowMs: 1e6 })]
  const engine = open(file, clock)
  const { id } = await engine.grant(10)
  await engine.commit([], [put('a', '1', id)])
  await engine.close()
  return { file, clock, id }
}

test('a lease that was over while nobody had the store open ends when it is opened', async () => {
  const { file, clock } = await startWithLease()
  clock.advance(10_000)
  const engine = open(file, clock)
  expect(await stateOf(engine)).toBe('')
  expect((await engine.range([])).revision).toBe(3)
  await engine.close()
})

test('it goes on where it was, if the machine did', async () => {
  const { file, clock, id } = await startWithLease()
  clock.advance(9000)
  const engine = open(file, clock)
  expect(await engine.timeToLive(id)).toEqual({ ttlS: 1, grantedTtlS: 10, keys: ['a'] })
  await engine.close()
})

test('after a restart of the machine it has its whole time again', async () => {
  const { file, id } = await startWithLease()
  const later = new ManualClock({ nowMs: 5 })
  const engine = open(file, later, 'second')
  expect((await engine.timeToLive(id)).ttlS).toBe(10)
  later.advance(10_000)
  await engine.revoke(999n)
  expect(await stateOf(engine)).toBe('')
  await engine.close()
})
