/** Asking a store that may be out of reach for a while. */
import type { Clock } from '../../movement/loop/clock.js'
import { CommitOutcomeUnknownError, UnavailableError } from '../errors.js'

const FIRST_PAUSE_MS = 50
const PAUSE_MAX_MS = 1000

/**
 * Do what may be done again, until the store answers. It is told how often it failed before.
 *
 * @throws whatever isn't cured by waiting, or the signal's reason as soon as it is aborted.
 */
export async function patiently<T>(
  clock: Clock,
  signal: AbortSignal,
  work: (failures: number) => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await unlessAborted(signal, () => work(failures))
    } catch (error) {
      if (!(error instanceof UnavailableError || error instanceof CommitOutcomeUnknownError)) throw error
    }
    await pause(clock, Math.min(FIRST_PAUSE_MS * 2 ** failures, PAUSE_MAX_MS), signal)
  }
}

/**
 * Let time pass.
 *
 * @throws the signal's reason as soon as it is aborted.
 */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  let disarm = (): void => undefined
  try {
    await unlessAborted(signal, () => new Promise<void>((resolve) => (disarm = clock.alarm(clock.now() + ms, resolve))))
  } finally {
    disarm()
  }
}

/** What comes of the work, unless the signal is aborted before: then at once its reason, whatever comes of it. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  let abort = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
