// runner: a job's start beside a bare child of Node, what 10,000 jobs cost that wait, beside a node that has none, and how
// long a job stands still whose node was killed.
import { runNode } from '../processes.mjs'
import { measure } from '../rounds.mjs'
import { failOver, waiting } from './fleet.mjs'

export const goals = [
  { atMost: 2.5, says: 'until the code of a job runs: R to a bare child' },
  { variant: 'pass', what: 'max', atMost: 50, says: 'a pass over 10,000 jobs that wait: ms, most' },
  { variant: 'wakeUps', what: 'max', atMost: 0, says: '10,000 jobs wait, no keep-alive is due: wake-ups, most' },
  { variant: 'writes', what: 'max', atMost: 0, says: '10,000 jobs wait, no keep-alive is due: writes, most' },
  { variant: 'failOver', what: 'max', atMost: 4000, says: 'fail-over of two nodes, time to live 3 s: ms, most' },
]

const [STARTS, JOBS, WAIT_S] = [10, 10_000, 3]

export async function run({ rounds, scale, progress }) {
  const starts = Math.max(3, Math.round(STARTS * scale))
  const seconds = Math.max(1, WAIT_S * scale)
  const contender = (script, jobs, more) => async () => {
    const { running, ended, output } = await runNode(`bench/runner/${script}.mjs`, [starts])
    const { passMs: pass, ...idle } = await waiting(jobs, seconds)
    return { cost: running, also: { ended, ...idle, ...(await more(pass)) }, output }
  }
  return measure({
    name: 'runner',
    unit: 'ms until the code runs',
    units: {
      ...{
        ended: 'ms until the job has ended',
        wakeUps: `context switches in ${seconds} s`,
        writes: `in ${seconds} s`,
      },
      ...{ pass: 'ms', failOver: 'ms' },
    },
    rounds,
    progress,
    contenders: {
      ours: contender('ours', JOBS, async (pass) => ({ pass, failOver: await failOver() })),
      limit: contender('bare', 0, async () => ({})),
    },
  })
}
