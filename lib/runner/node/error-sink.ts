/** Where a job's failures are told, and forgiven. */
import type { JobEntry } from '../job/job-entry.js'
import type { JobId } from '../job/job-id.js'
import type { Path } from '../path.js'
import type { Ending } from './ending.js'
import type { Fence } from './fence.js'

/** What becomes of the errors of jobs. */
export interface ErrorSink {
  /** An attempt has ended, well or not. */
  told(id: JobId, ending: Ending, entry: JobEntry): Promise<void>
  /** What nodes wrote of something can't be used: a record in the history, or what a member says of itself. */
  spoilt(path: Path, error: Error): Promise<void>
  /** It works, though it still runs: written as long as the job is that attempt's. */
  resolve(id: JobId, fence: Fence): Promise<void>
}
