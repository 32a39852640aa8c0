// kv: transactions on etcd beside gRPC alone, durable commits of the embedded store beside bare lmdb, an event's way,
// and transactions in memory.
import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { isInstalled, root, runNode, workDirectory } from '../processes.mjs'
import { measure, NOT_INSTALLED } from '../rounds.mjs'
import { startEtcd } from './server.mjs'

const ETCD_ROWS = ['get', 'change', 'create32', 'get32', 'change32']

export const goals = [
  { atMost: 1.05 },
  ...ETCD_ROWS.map((variant) => ({ variant, atMost: 1.05 })),
  { variant: 'event', atMost: 1.2 },
  { variant: 'embedded', atMost: 1.25 },
  { variant: 'embedded32', atMost: 1.25 },
  { variant: 'gain', what: 'median', atMost: 0.1, says: 'embedded: a commit of 32 in flight to one alone' },
  { variant: 'memory', what: 'median', atMost: 3333, says: 'memory: ns a transaction (300,000 a second)' },
]

const COUNT = 500

export async function run({ rounds, scale, progress }) {
  const count = Math.max(20, Math.round(COUNT * scale))
  if (!isInstalled('etcd')) throw new Error('etcd is not installed: as root, apt-get install -y etcd-server')
  const etcd = await startEtcd()
  try {
    const onEtcd = async (script, ...args) => {
      const { create, ...also } = await runNode(`bench/kv/${script}.mjs`, [...args, etcd.address, count])
      return { cost: create, also }
    }
    const onFile = async (script, ...args) => {
      const directory = workDirectory('kv')
      rmSync(directory, { recursive: true })
      const rows = await runNode(`bench/kv/${script}.mjs`, [...args, `${workDirectory('kv')}/store`, count])
      return { embedded: rows.alone, embedded32: rows.together }
    }
    const ours = async () => {
      const { cost, also } = await onEtcd('ours', 'etcd')
      const { memory } = await runNode('bench/kv/ours.mjs', ['memory', '-', count * 200])
      const file = await onFile('ours', 'file')
      return { cost, also: { ...also, ...file, gain: file.embedded32 / file.embedded, memory } }
    }
    const limit = async () => {
      const { cost, also } = await onEtcd('raw-etcd')
      return { cost, also: { ...also, ...(await onFile('raw-lmdb')) } }
    }
    return await measure({
      name: 'kv',
      unit: 'ns, create on etcd',
      units: { gain: 'of one alone', memory: 'ns a transaction' },
      rounds,
      progress,
      contenders: {
        ours,
        limit,
        npm: npmContender(() => onEtcd('npm-etcd')),
        python: pythonContender(etcd.address, count),
      },
    })
  } finally {
    await etcd.end()
  }
}

function npmContender(contender) {
  return existsSync(`${root}bench/peers/node_modules/etcd3`) ? contender : NOT_INSTALLED
}

function pythonContender(address, count) {
  if (!existsSync('/usr/lib/python3/dist-packages/etcd3'))
    return 'not installed: as root, apt-get install -y python3-etcd3'
  return async () => {
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [
      `${root}bench/kv/python-etcd.py`,
      address,
      `${count}`,
    ])
    const { create, ...also } = JSON.parse(stdout)
    return { cost: create, also }
  }
}
