/** An app as a job of nodes that are processes, of which one stands still. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openKv, type TreeCache } from '../../../lib/kv/index.js'
import { Keys, readJobState, type JobState } from '../../../lib/runner/index.js'
import { scratch, startDeadbeat } from '../../app/scratch.js'
import { standStill } from '../../support/stand-still.js'
import { anyJob } from './kit.js'

const keys = new Keys()
const id = anyJob('app')

// It adds its process to a file, and waits.
const APP = `
import { appendFileSync } from 'node:fs'
import { app } from 'deadbeat/app'
import { Supply } from 'deadbeat'
class Waiting extends Supply {
  start() {
    appendFileSync(this.options.path, process.pid + '\\n')
    this.timer = this.train.esc.every(60_000, () => {})
  }
  finish() {
    this.train.esc.cancel(this.timer)
  }
}
export default app({
  name: 'waiting',
  doc: 'Waits.',
  config: { its: { path: { doc: 'A path.', format: 'path', default: '/' } } },
  build: (train, { its }) => train.line(new Waiting(train, its), () => null),
})`

test('an app whose node alone stands still has ended before another node begins it', async () => {
  const dir = scratch({ 'waiting.mjs': APP, pids: '' })
  const file = join(dir, 'kv')
  const pids = (): number[] => readFileSync(join(dir, 'pids'), 'utf8').split('\n').filter(Boolean).map(Number)
  const kv = openKv(`file:${file}`)
  const argv = (name: string) => ['node', '--name', name, '--kinds', 'any', '--url', `file:${file}`, '--ttl', '4s']
  const start = (name: string) => startDeadbeat(dir, argv(name), 'answers at')
  const a = await start('a')
  await kv.put(
    keys.job(id),
    JSON.stringify({ app: join(dir, 'waiting.mjs'), config: { its: { path: join(dir, 'pids') } }, target: 1 }),
  )
  const cache = kv.treeCache(keys.state(id, ''))
  const until = async (satisfies: (state: JobState) => boolean): Promise<void> => {
    await cache.until((tree: TreeCache) => {
      const text = tree.get(keys.state(id, ''))
      return text !== null && satisfies(readJobState(JSON.parse(text) as never))
    })
  }
  await until(({ node }) => node === 'a')
  while (pids().length === 0) await new Promise((resolve) => setImmediate(resolve))
  const [first = 0] = pids()
  const b = await start('b')
  await standStill(a.child, file)
  await until(({ node }) => node === 'b')
  expect(isAlive(first)).toBe(false)
  a.child.kill('SIGCONT')
  await until(({ node, attempt }) => node === 'b' && attempt > 1)
  const [record] = await kv.get(keys.attempt(id, '', 1))
  expect(JSON.parse(record ?? '')).toMatchObject({ outcome: 'lost' })
  for (const { child } of [a, b]) child.kill('SIGTERM')
  await Promise.all([a.ended, b.ended])
  cache.close()
  await kv.close()
})

/** Whether a process runs; one that has ended and was not fetched does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
