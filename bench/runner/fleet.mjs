// The rows of the figure `runner` that need nodes as processes: what waiting costs, and what becomes of a killed one's job.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openKv } from 'deadbeat/kv'
import { Keys, readJobState } from 'deadbeat/runner'
import { root, stop, switchesOf, wait, workDirectory } from '../processes.mjs'

const LONG_MS = 3_600_000 // The next keep-alive is far beyond the time that is looked at.
const TTL_MS = 3000

function freshStore() {
  const directory = workDirectory('runner')
  rmSync(directory, { recursive: true })
  return `file:${workDirectory('runner')}/store`
}

async function startNode(...args) {
  const child = spawn(process.execPath, [`${root}bench/runner/node.mjs`, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('a node ended before it had said what it was asked')
    return JSON.parse(value)
  }
  return { child, said: await next(), ask: () => (child.stdin.write('\n'), next()) }
}

/** A node with so many jobs that are not due: its pass in ms; context switches and writes while it waits. */
export async function waiting(jobs, seconds) {
  const { child, said, ask } = await startNode('a', freshStore(), jobs, LONG_MS)
  try {
    if (jobs > 0 && !/in 86\d+ s$/.test(said.waiting)) throw new Error(`the last job must wait: ${said.waiting}`)
    const before = await ask()
    await wait(1000) // Until it has come to rest.
    const switches = switchesOf(child.pid)
    await wait(seconds * 1000)
    const wakeUps = switchesOf(child.pid) - switches
    const after = await ask()
    return { passMs: said.passMs, wakeUps, writes: after.revision - before.revision }
  } finally {
    await stop(child, 'SIGKILL')
  }
}

const BEAT = `for (;;) {
  await _self.set(_P('beat'), { fence: _fence })
  await new Promise((resolve) => setTimeout(resolve, 10))
}`

/** How long after its node was killed a job runs on another one, in ms, of a time to live of 3 s. */
export async function failOver() {
  const url = freshStore()
  const kv = openKv(url)
  const keys = new Keys()
  const id = { kind: 'any', group: 'default', path: ['beats'] }
  const nodes = {}
  const beats = kv.watch('/beat')
  const beat = async (after) => {
    for (;;) {
      const { value: event } = await beats.next()
      const { fence } = JSON.parse(event.value)
      if (fence > after) return fence
    }
  }
  try {
    await kv.put(keys.code(['beat']), JSON.stringify({ mode: 'async', code: BEAT }))
    for (const name of ['a', 'b']) nodes[name] = await startNode(name, url, 0, TTL_MS)
    await kv.put(keys.job(id), JSON.stringify({ code: 'beat', target: 1 }))
    const fence = await beat(0)
    const { node } = readJobState(JSON.parse((await kv.get(keys.state(id, '')))[0]))
    const killed = performance.now()
    nodes[node].child.kill('SIGKILL')
    await beat(fence)
    return performance.now() - killed
  } finally {
    beats.close()
    for (const { child } of Object.values(nodes)) await stop(child, 'SIGKILL')
    await kv.close()
  }
}
