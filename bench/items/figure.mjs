// items: requests and publications of an ItemDaemon, and of a daemon on lib/wire alone, beside the smallest daemon on the
// same library. The client is one of raw frames, in a process of its own, and the same for all.
import { root, runNode, startUntilLine, stop } from '../processes.mjs'
import { measure } from '../rounds.mjs'

export const goals = [
  { atMost: 1.1, says: 'GET, one after the other: R to limit' },
  { variant: 'get64', atMost: 1.1, says: 'GET, 64 under way: R to limit' },
  { variant: 'set', atMost: 1.1, says: 'SET, one after the other: R to limit' },
  { variant: 'publish', atMost: 1.1, says: 'publish until heard: R to limit' },
]

const COUNT = 8000

export async function run({ rounds, scale, progress }) {
  const count = Math.max(200, Math.round(COUNT * scale))
  const contender = (script) => async () => {
    const { child, line } = await startUntilLine(process.execPath, [`${root}bench/items/${script}.mjs`])
    try {
      const { requests, publications } = JSON.parse(line)
      const { rows, outputs } = await runNode('bench/items/client.mjs', [requests, publications, count])
      const { get, ...also } = rows
      return { cost: get, also, output: outputs }
    } finally {
      await stop(child, 'SIGKILL')
    }
  }
  return measure({
    name: 'items',
    unit: 'ns, GET',
    rounds,
    progress,
    contenders: { ours: contender('ours'), limit: contender('naive'), wire: contender('wire') },
  })
}
