import { CommitOutcomeUnknownError, RefusedError, UnavailableError } from '../../../lib/kv/errors.js'
import { patiently, pause, unlessAborted } from '../../../lib/kv/lease/patiently.js'
import { ManualClock } from '../../../lib/movement/loop/clock.js'

const never = new AbortController().signal

describe('patience', () => {
  it('tries again, with longer pauses up to a second, what the store did not answer', async () => {
    const clock = new ManualClock()
    const triedMs: number[] = []
    const result = patiently(clock, never, async (failures) => {
      triedMs.push(clock.now())
      if (failures < 3) throw new UnavailableError('memory', 'down')
      if (failures < 7) throw new CommitOutcomeUnknownError('memory', 'cut')
      return Promise.resolve(failures)
    })
    await clock.runUntilIdle()
    expect(await result).toBe(7)
    expect(triedMs).toEqual([0, 50, 150, 350, 750, 1550, 2550, 3550])
  })

  it('ends with what waiting does not cure, and when its signal is aborted, whatever it waits for', async () => {
    const clock = new ManualClock()
    await expect(patiently(clock, never, () => Promise.reject(new RefusedError('memory', 'no')))).rejects.toThrow('no')
    for (const work of [
      () => Promise.reject(new UnavailableError('memory', 'down')),
      () => new Promise<never>(() => undefined),
    ]) {
      const control = new AbortController()
      const result = patiently(clock, control.signal, work)
      control.abort(new Error('enough'))
      await expect(result).rejects.toThrow('enough')
    }
  })

  it('leaves nothing behind: no alarm, no listener', async () => {
    const clock = new ManualClock()
    const control = new AbortController()
    const waiting = pause(clock, 1e9, control.signal)
    control.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await clock.runUntilIdle()
    expect(clock.now()).toBe(0)
    await expect(unlessAborted(control.signal, () => Promise.resolve(1))).rejects.toThrow('enough')
    expect(await unlessAborted(never, () => Promise.resolve(1))).toBe(1)
  })
})
