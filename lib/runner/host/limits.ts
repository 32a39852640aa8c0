/** What an attempt of a job may use, where nobody says otherwise. */
import { requireAtLeast } from '../../errors/index.js'
import type { JobLimits } from '../job/job-entry.js'

/** Each limit with its value. */
export type FullLimits = Required<JobLimits>

/** The limits of a job that names none. */
export const JOB_LIMITS: FullLimits = Object.freeze({
  memoryBytes: 256 * 2 ** 20,
  cpuSeconds: 3600,
  openFiles: 64,
  logBytes: 2 ** 20,
  graceMs: 5000,
  heartbeatMs: 10_000,
  messagesPerSecond: 1000,
  watchKeys: 10_000,
})

/** What Node itself needs before a job has done anything, in bytes. */
const MEMORY_BYTES_MIN = 64 * 2 ** 20
/** Node opens files of its own: pipes, what wakes its loop, its threads. */
const OPEN_FILES_MIN = 32

/**
 * All limits of a job.
 *
 * @throws {RangeError} If one is below what Node itself needs to start.
 * @example
 * assert.equal(fillLimits({ openFiles: 100 }).openFiles, 100)
 * assert.throws(() => fillLimits({ openFiles: 3 }), /openFiles must be at least 32: it is 3/)
 */
export function fillLimits(limits: JobLimits = {}): FullLimits {
  const full = { ...JOB_LIMITS, ...limits }
  requireAtLeast(MEMORY_BYTES_MIN, full, 'memoryBytes')
  requireAtLeast(OPEN_FILES_MIN, full, 'openFiles')
  requireAtLeast(1, full, 'cpuSeconds', 'heartbeatMs', 'messagesPerSecond', 'watchKeys')
  requireAtLeast(0, full, 'logBytes', 'graceMs')
  return full
}
