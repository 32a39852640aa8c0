/** Runs the commands of jobs in this process, over a store in memory, with states as nodes would write them. */
import { JOB_PROGRAM } from '../../../lib/cli/job/program.js'
import { runStoreProgram } from '../../../lib/cli/kv/store-program.js'
import { JobStore, Keys, NEVER_RAN, type JobId, type JobState } from '../../../lib/runner/index.js'
import { startKv } from '../kv/run-kv.js'

/** A store and the commands over it. */
export function startJobs() {
  const started = startKv({}, (argv, around) => runStoreProgram(JOB_PROGRAM, argv, around))
  const keys = new Keys()
  const kv = started.backend()
  const store = new JobStore(kv, keys)
  /** As the node that runs it writes it. */
  const putState = async (id: JobId, state: Partial<JobState>, node = ''): Promise<void> => {
    await kv.put(keys.state(id, node), JSON.stringify({ ...NEVER_RAN, ...state }))
  }
  const json = async (...argv: string[]): Promise<unknown[]> => {
    const { stdout } = await started.run(...argv, '--json')
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
  }
  return { ...started, kv, keys, store, putState, json }
}

/** Stored code on any node. */
export const ANSWER: JobId = { kind: 'any', group: 'default', path: ['the', 'answer'] }
