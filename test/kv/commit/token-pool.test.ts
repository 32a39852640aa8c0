import { expect, test } from '@jest/globals'
import { TokenPool } from '../../../lib/kv/commit/token-pool.js'
import { turnOfNode } from '../../../lib/movement/loop/clock.js'
import { memoryStore } from '../../support/kv-memory.js'

function start() {
  const { engine, clock } = memoryStore()
  let kept = 0
  const counted = Object.assign(Object.create(engine) as typeof engine, {
    keepAlive: (id: bigint) => {
      kept += 1
      return engine.keepAlive(id)
    },
  })
  return { pool: new TokenPool(counted, clock), engine, clock, kept: () => kept }
}

test('a token is given to one at a time, and again once it is given back', async () => {
  const { pool } = start()
  const [one, other] = await Promise.all([pool.take(), pool.take()])
  expect(one.key).not.toBe(other.key)
  expect(one.lease).toBe(other.lease)
  pool.giveBack(one)
  expect(await pool.take()).toBe(one)
})

test('use keeps the lease alive, seldom; without use it ends, and another is begun', async () => {
  const { pool, clock, engine, kept } = start()
  const first = await pool.take()
  pool.giveBack(first)
  for (let second = 0; second < 200; second++) {
    clock.advance(1000)
    pool.giveBack(await pool.take())
    await turnOfNode()
  }
  expect(kept()).toBe(6)
  expect((await engine.timeToLive(first.lease)).ttlS).toBeGreaterThan(30)
  clock.advance(60_000)
  const later = await pool.take()
  expect(later.lease).not.toBe(first.lease)
  pool.giveBack(first)
  expect(await pool.take()).not.toBe(first)
})

test('a lease that is lost, or has many abandoned tokens, is replaced with all of them', async () => {
  const { pool, engine, clock } = start()
  const first = await pool.take()
  await engine.revoke(first.lease)
  clock.advance(31_000)
  pool.giveBack(first)
  await pool.take()
  await turnOfNode()
  const second = await pool.take()
  expect(second.lease).not.toBe(first.lease)
  for (let i = 0; i < 100; i++) pool.abandon(second)
  expect((await pool.take()).lease).not.toBe(second.lease)
})

test('closing ends the lease; without one there is nothing to end', async () => {
  const { pool, engine } = start()
  await pool.close()
  const { lease } = await pool.take()
  await pool.close()
  expect((await engine.timeToLive(lease)).ttlS).toBe(-1)
})
