import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import type { RetriesExhaustedError } from '../../../lib/kv/errors.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

async function start() {
  const clock = new ManualClock()
  const kv = new MemoryBackend({ clock })
  await kv.create('/a', '0')
  let written = 0
  /** Somebody else writes what the body has read. */
  const intrude = (): Promise<unknown> => kv.update('/a', `intruder ${++written}`)
  const value = async (): Promise<string | null> => (await kv.get('/a'))[0]
  return { kv, clock, intrude, value }
}

test('a body that nobody is in the way of runs once, and its value comes back', async () => {
  const { kv, value } = await start()
  expect(await kv.transact(async (txn) => Number(await txn.get('/a')) + (await txn.update('/a', '1'), 5))).toBe(5)
  let runs = 0
  for await (const txn of kv.txn()) {
    runs += 1
    await txn.update('/a', '2')
  }
  expect([runs, await value()]).toEqual([1, '2'])
})

test('a body runs again as often as others are in the way, and its callback once', async () => {
  const { kv, clock, intrude, value } = await start()
  let runs = 0
  const told: number[] = []
  const done = kv.transact(async (txn) => {
    runs += 1
    txn.onCommit((revision) => told.push(revision))
    const found = await txn.get('/a')
    if (runs <= 5) await intrude()
    await txn.update('/a', `${found}, mine`)
  })
  await clock.runUntilIdle()
  await done
  expect([runs, told.length, await value()]).toEqual([6, 1, 'intruder 5, mine'])
})

test('the first retry comes at once, later ones after a pause of at most 50 ms', async () => {
  const { kv, clock, intrude } = await start()
  const times: number[] = []
  const done = kv.transact(async (txn) => {
    times.push(clock.now())
    await txn.get('/a')
    if (times.length < 30) await intrude()
    await txn.update('/a', 'mine')
  })
  await clock.runUntilIdle()
  await done
  const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0))
  expect(pauses[0]).toBe(0)
  expect(pauses.every((pause, i) => pause <= Math.min(2 ** i, 50))).toBe(true)
  expect(Math.max(...pauses)).toBeGreaterThan(8)
})

test('with nine retries the body runs ten times, then the error tells what was in the way; the next one counts anew', async () => {
  const { kv, clock, intrude } = await start()
  for (let round = 0; round < 2; round++) {
    let runs = 0
    const failure = kv
      .transact(
        async (txn) => {
          runs += 1
          await txn.get('/a')
          await intrude()
          await txn.update('/a', 'mine')
        },
        { maxRetries: 9 },
      )
      .catch((error: unknown) => error as RetriesExhaustedError)
    await clock.runUntilIdle()
    const error = await failure
    expect(error).toMatchObject({ code: 'ERR_KV_RETRIES', attempts: 10, lastConflict: { path: '/a', what: 'written' } })
    expect(runs).toBe(10)
  }
})

test('a loop that is left by break or an exception writes nothing', async () => {
  const { kv, value } = await start()
  for await (const txn of kv.txn()) {
    await txn.update('/a', 'left')
    break
  }
  const thrown = async (): Promise<void> => {
    for await (const txn of kv.txn()) {
      await txn.update('/a', 'thrown')
      throw new Error('out')
    }
  }
  await expect(thrown()).rejects.toThrow('out')
  const body = async (txn: { update(path: string, value: string): Promise<void> }): Promise<void> => {
    await txn.update('/a', 'thrown')
    throw new Error('out')
  }
  await expect(kv.transact(body)).rejects.toThrow('out')
  expect(await value()).toBe('0')
})

test('a transaction of an earlier attempt can write nothing any more', async () => {
  const { kv, intrude } = await start()
  const attempts: unknown[] = []
  await kv.transact(async (txn) => {
    const [first] = attempts as (typeof txn)[]
    attempts.push(txn)
    await txn.get('/a')
    if (first === undefined) await intrude()
    else await expect(first.update('/a', 'late')).rejects.toThrow('committed transaction')
    await txn.update('/a', 'mine')
  })
  expect(attempts).toHaveLength(2)
})

test('history that is compacted away under a body makes it run again', async () => {
  const { kv, value } = await start()
  let runs = 0
  await kv.transact(async (txn) => {
    const found = await txn.get('/a')
    if (++runs === 1) await kv.engine.compact((await kv.update('/a', '1')).revision)
    await txn.get('/b')
    await txn.update('/a', `${found}, mine`)
  })
  expect([runs, await value()]).toEqual([2, '1, mine'])
})

test('a signal ends it before the commit and between attempts, with its own reason', async () => {
  const { kv, clock, intrude, value } = await start()
  const abort = new AbortController()
  await expect(
    kv.transact(
      async (txn) => {
        await txn.update('/a', 'mine')
        abort.abort(new Error('enough'))
      },
      { signal: abort.signal },
    ),
  ).rejects.toThrow('enough')
  expect(await value()).toBe('0')
  const other = new AbortController()
  let runs = 0
  const done = kv.transact(
    async (txn) => {
      runs += 1
      await txn.get('/a')
      await intrude()
      await txn.update('/a', 'mine')
      if (runs === 5) setImmediate(() => other.abort(new Error('enough')))
    },
    { signal: other.signal },
  )
  const failed = expect(done).rejects.toThrow('enough')
  while (runs < 5) await clock.runUntilIdle()
  await failed
})

test('after the deadline nothing is committed and no attempt begun', async () => {
  const { kv, clock, intrude, value } = await start()
  const late = kv.transact(
    async (txn) => {
      await txn.update('/a', 'late')
      clock.spend(20)
    },
    { deadlineMs: 20 },
  )
  await expect(late).rejects.toMatchObject({ code: 'ERR_KV_DEADLINE' })
  expect(await value()).toBe('0')
  const busy = kv.transact(
    async (txn) => {
      await txn.get('/a')
      await intrude()
      await txn.update('/a', 'mine')
    },
    { deadlineMs: 100, maxRetries: Infinity },
  )
  const failed = expect(busy).rejects.toThrow('Transaction did not succeed within 100 ms: it was retried')
  await clock.runUntilIdle()
  await failed
  expect(clock.now()).toBe(120)
})

test('limits that make no sense are refused', async () => {
  const { kv } = await start()
  await expect(kv.transact(() => 1, { maxRetries: -1 })).rejects.toThrow('maxRetries must be at least 0')
  await expect(kv.transact(() => 1, { deadlineMs: 0 })).rejects.toThrow('deadlineMs must be above 0')
})
