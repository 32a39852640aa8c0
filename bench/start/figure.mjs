// start: how long `deadbeat run` takes until the train of an app runs, and how much memory it then keeps, to bare Node.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { residentMb, root, startUntilLine, stop, usageOf, wait, workDirectory } from '../processes.mjs'
import { measure } from '../rounds.mjs'

export const goals = [
  { what: 'over', atMost: 100, says: 'until the train runs: ms over bare Node' },
  { variant: 'memory', atMost: 1.3, says: 'resident memory at rest: R to bare Node' },
]

// Until memory is read: what starting has left behind is settled by then.
const REST_MS = 2000

export async function run({ rounds, progress }) {
  const directory = workDirectory('start')
  const input = join(directory, 'growing.log')
  writeFileSync(input, '{"id":1,"ts":1700000000,"ip":"192.0.2.1","level":"info"}\n')
  const contender =
    (args, prepare = () => {}) =>
    async () => {
      prepare()
      const { child, ms } = await startUntilLine(process.execPath, args)
      try {
        const { cpu } = usageOf(child.pid)
        await wait(REST_MS)
        return { cost: ms, also: { memory: residentMb(child.pid), cpu: cpu * 1000 }, output: 'running' }
      } finally {
        await stop(child)
      }
    }
  const state = join(directory, 'state')
  return measure({
    name: 'start',
    unit: 'ms',
    units: { memory: 'MB resident', cpu: 'ms of CPU until the train runs' },
    rounds,
    progress,
    contenders: {
      ours: contender(
        [
          ...['--import', `${root}bench/start/announce.mjs`],
          ...[`${root}dist/lib/cli/main.js`, 'run', `${root}bench/start/app.mjs`],
          ...['--state-dir', state, '--log.level', 'warn'],
          ...['--input.filenames', input, '--output.path', join(directory, 'out.log')],
        ],
        () => rmSync(state, { recursive: true, force: true }),
      ),
      limit: contender([`${root}bench/start/bare.mjs`]),
      rxjs: contender([`${root}bench/start/rxjs.mjs`]),
    },
  })
}
