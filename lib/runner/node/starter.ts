/** How an attempt is started: what the runner knows of code, apps and processes. */
import type { JobEntry } from '../job/job-entry.js'
import type { JobIdentity, JobRun, JobServices } from '../host/job-run.js'

/** One attempt to be started. */
export interface StartRequest {
  readonly entry: JobEntry
  readonly identity: JobIdentity
  readonly services: JobServices
  /** For how long the claim is good, in ms. */
  readonly leftMs: () => number
}

/** An attempt that was started. */
export interface Started {
  readonly run: JobRun
  /** The hash of the closure; null: it is an app. */
  readonly codeHash: string | null
}

/** Starts attempts. */
export interface Starter {
  /**
   * Start one.
   *
   * @throws if what it names can't be run: it was never begun, and has failed.
   */
  start(request: StartRequest): Promise<Started>
  /** The hash of the closure that a job's code has now; null: it has none that could run, or is an app. */
  hashOf(entry: JobEntry): Promise<string | null>
}
