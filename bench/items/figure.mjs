// items: requests and publications of an ItemDaemon, and of a daemon on lib/wire alone, beside the smallest daemon on the
// same library. The clients, one in Node and, where pyzmq is installed, one in Python, are of raw frames, in processes of their own, and
// the same for all.
import { existsSync } from 'node:fs'
import { root, runNode, startUntilLine, stop } from '../processes.mjs'
import { measure } from '../rounds.mjs'

export const goals = [
  { atMost: 1.1, says: 'GET, one after the other: R to limit' },
  { variant: 'get64', atMost: 1.1, says: 'GET, 64 under way: R to limit' },
  { variant: 'set', atMost: 1.1, says: 'SET, one after the other: R to limit' },
  { variant: 'publish', atMost: 1.1, says: 'publish until heard: R to limit' },
  { variant: 'pythonGet', atMost: 1.1, says: 'GET of a client in Python, one after the other: R to limit' },
  { variant: 'pythonGet64', atMost: 1.1, says: 'GET of a client in Python, 64 under way: R to limit' },
  { variant: 'pythonPublish', atMost: 1.1, says: 'publish until a client in Python has heard it: R to limit' },
]

const PYTHON = '/usr/bin/python3'
const hasPython = existsSync('/usr/lib/python3/dist-packages/zmq/__init__.py')

const COUNT = 8000

export async function run({ rounds, scale, progress }) {
  const count = Math.max(200, Math.round(COUNT * scale))
  const contender = (script) => async () => {
    const { child, line } = await startUntilLine(process.execPath, [`${root}bench/items/${script}.mjs`])
    try {
      const { requests, publications } = JSON.parse(line)
      const { rows, outputs } = await runNode('bench/items/client.mjs', [requests, publications, count])
      const { get, ...also } = rows
      if (!hasPython) return { cost: get, also, output: outputs }
      const python = await runPython([requests, publications, Math.round(count / 2)])
      return { cost: get, also: { ...also, ...python.rows }, output: [...outputs, ...python.outputs] }
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

async function runPython(args) {
  const { line } = await startUntilLine(PYTHON, [`${root}bench/items/client.py`, ...args]) // It ends with it.
  return JSON.parse(line)
}
