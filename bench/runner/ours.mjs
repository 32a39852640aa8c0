// node bench/runner/ours.mjs COUNT: jobs as a node starts them: limits kept by the system, few rights, signs of life.
import { SystemClock, silentLogger } from 'deadbeat'
import { startJob } from 'deadbeat/runner'
import { starts } from './starts.mjs'

const refuse = () => Promise.reject(new Error('not for this job'))
const clock = new SystemClock()
const code = {
  ...{ path: 'bench', js: `await _self.set(_P('word'), 'runs'); return n * 2`, mode: 'async' },
  ...{ vars: ['n'], default: {}, requires: [], modules: {}, hash: '' },
}

async function start(n, whenRunning) {
  const services = {
    ...{ get: refuse, delete: refuse, watch: refuse, monitor: refuse, send: refuse, setupDone: refuse },
    ...{ error: refuse, call: refuse, log() {} },
    set: async (_, word) => whenRunning(word),
  }
  const identity = { job: 'any/default bench', node: 'bench', attempt: 1, fence: 1 }
  const { outcome, result, error } = await startJob({
    ...{ code, data: { n }, identity, services, log: silentLogger, clock, leftMs: () => 60_000 },
  }).ended
  if (outcome !== 'success') throw new Error(`the job ${outcome}: ${error?.message}`)
  return result
}

await starts(Number(process.argv[2]), start)
