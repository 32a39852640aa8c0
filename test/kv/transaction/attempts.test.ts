import { expect, test } from '@jest/globals'
import { MemoryBackend } from '../../../lib/kv/backend/memory-backend.js'
import { Attempts } from '../../../lib/kv/transaction/attempts.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

test('an aborted pause is over at once, and leaves no alarm', async () => {
  const clock = new ManualClock()
  const txn = new MemoryBackend({ clock }).transaction()
  const abort = new AbortController()
  const attempts = new Attempts(clock, { signal: abort.signal })
  await attempts.failed(txn)
  const second = attempts.failed(txn)
  abort.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  expect(attempts.retries).toBe(2)
  clock.advance(1000)
})

test('what was in the way is not needed for the error', async () => {
  const clock = new ManualClock()
  const attempts = new Attempts(clock, { maxRetries: 0 })
  await expect(attempts.failed(new MemoryBackend({ clock }).transaction())).rejects.toThrow(
    'Transaction did not succeed after 0 retries!',
  )
})
