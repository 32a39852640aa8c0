import { getEventListeners } from 'node:events'
import type { Op } from '../../../lib/kv/engine/engine.js'
import { nextChange } from '../../../lib/kv/lease/next-change.js'
import { settle, startLeases } from './kit.js'

const put: Op = { op: 'put', key: 'a', value: Buffer.from(''), lease: 0n }
const never = new AbortController().signal

/** What has become of it. */
function watchOutcome(promise: Promise<void>): () => string {
  let outcome = 'waiting'
  promise.then(
    () => (outcome = 'changed'),
    (error: unknown) => (outcome = String(error)),
  )
  return () => outcome
}

describe('waiting for a change', () => {
  it('ends with the first that counts, be it in the past', async () => {
    const { engine } = startLeases()
    const counts = ({ type }: { type: string }) => type === 'delete'
    await engine.commit([], [put])
    await nextChange(engine, { key: 'a' }, 2, { signal: never })
    const outcome = watchOutcome(nextChange(engine, { key: 'a' }, 2, { counts, signal: never }))
    await engine.commit([], [put])
    await settle()
    expect(outcome()).toBe('waiting')
    await engine.commit([], [{ op: 'delete', key: 'a' }])
    await settle()
    expect(outcome()).toBe('changed')
  })

  it('ends when nobody can say any more whether there was one', async () => {
    const { engine } = startLeases()
    for (let i = 0; i < 5; i++) await engine.commit([], [put])
    await engine.compact(5)
    await nextChange(engine, { key: 'z' }, 2, { signal: never })
  })

  it('ends with the reason of its signal, and with what the watch failed with', async () => {
    const { engine } = startLeases()
    const control = new AbortController()
    const aborted = watchOutcome(nextChange(engine, { key: 'a' }, 0, { signal: control.signal }))
    const failed = watchOutcome(nextChange(engine, { key: 'a' }, 0, { signal: never }))
    control.abort(new Error('enough'))
    await engine.close()
    await settle()
    expect([aborted(), failed()]).toEqual(['Error: enough', 'ClosedError: the store in memory was closed'])
    await expect(nextChange(engine, { key: 'a' }, 0, { signal: control.signal })).rejects.toThrow('enough')
  })

  it('leaves no listener at its signal', async () => {
    const { engine } = startLeases()
    const { signal } = new AbortController()
    await engine.commit([], [put])
    await nextChange(engine, { key: 'a' }, 2, { signal })
    const failed = watchOutcome(nextChange(engine, { key: 'a' }, 0, { signal }))
    await engine.close()
    expect([failed(), getEventListeners(signal, 'abort')]).toEqual([expect.stringContaining('ClosedError'), []])
  })
})
