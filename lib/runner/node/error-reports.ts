/**
 * What goes wrong with jobs, told to the records of errors: subsystem `run`, by kind, group and path. What can't be read of
 * what nodes have written is of subsystem `stored`.
 */
import type { JobEntry } from '../job/job-entry.js'
import type { JobId } from '../job/job-id.js'
import type { Path } from '../path.js'
import type { ErrorRecords } from '../records/error-records.js'
import type { Ending } from './ending.js'
import type { ErrorSink } from './error-sink.js'
import type { Fence } from './fence.js'

const SUBSYSTEM = 'run'
/** What nodes write for themselves and others, and nobody else is to write. */
const STORED = 'stored'

/** A job as the path of an error. */
export function jobPath({ kind, group, node, path }: JobId): Path {
  return [kind, group, ...(node === undefined ? [] : [node]), ...path]
}

/** Failures of jobs as records. A loss is recorded too; what was cancelled is nobody's error. */
export class ErrorReports implements ErrorSink {
  readonly #records: ErrorRecords

  constructor(records: ErrorRecords) {
    this.#records = records
  }

  async told(id: JobId, ending: Ending, { data }: JobEntry): Promise<void> {
    const { outcome, error } = ending
    if (outcome === 'success') await this.#records.resolve(SUBSYSTEM, jobPath(id))
    if ((outcome !== 'failed' && outcome !== 'lost') || error === undefined || error.isRecorded === true) return
    await this.#records.record(SUBSYSTEM, jobPath(id), { error: asThrown(error), data })
  }

  async spoilt(path: Path, error: Error): Promise<void> {
    await this.#records.record(STORED, path, { error, severity: 1 })
  }

  async resolve(id: JobId, fence: Fence): Promise<void> {
    await fence.write(async (txn) => {
      await this.#records.resolve(SUBSYSTEM, jobPath(id), txn)
    })
  }
}

/** Told as if it had been thrown here, with the stack that it has there. */
function asThrown({ name, message, stack }: NonNullable<Ending['error']>): Error {
  return Object.assign(new Error(message), { name, stack: stack ?? `${name}: ${message}` })
}
