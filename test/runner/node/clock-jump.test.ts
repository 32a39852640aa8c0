/** A node as a process whose wall clock is set while it runs jobs: leases and waits don't notice, times of day do. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { anyJob } from './kit.js'
import { Keys, readJobState } from '../../../lib/runner/index.js'
import { temporary } from '../../support/temporary.js'
import { startProcessFleet } from './process-fleet.js'

const keys = new Keys()
const HOUR_MS = 3_600_000

it('keeps its jobs and their waits though its clock is set back and forward', async () => {
  const url = `file:${join(temporary(), 'kv')}`
  const clock = pathToFileURL(join(process.cwd(), 'test/support/shifted-clock.mjs')).href
  const env = { NODE_OPTIONS: `--import=${clock}`, CLOCK_JUMPS_MS: `${-HOUR_MS},${2 * HOUR_MS}` }
  const fleet = await startProcessFleet(url, ['a'], 10, env)
  const again = anyJob('again')
  const { kv } = fleet
  const states = kv.treeCache(keys.state(again, ''), { prefix: false })
  const stateOf = () => readJobState(JSON.parse(states.get(keys.state(again, '')) ?? '{}') as never)
  const attempts = (count: number) => states.until(() => stateOf().attempt >= count)
  await kv.put(keys.code(['again']), JSON.stringify({ code: 'return 1' }))
  await kv.put(keys.job(again), JSON.stringify({ code: 'again', target: 1, repeat: 0.1 }))
  const { fence } = await fleet.beat()
  await attempts(2)
  for (const ahead of [false, true]) {
    const before = stateOf()
    fleet.signal('SIGUSR2')
    await states.until(() => Math.abs(stateOf().started - before.started) > HOUR_MS / 2000)
    expect(stateOf().started > before.started).toBe(ahead)
    await attempts(stateOf().attempt + 2)
  }
  expect((await fleet.beat()).fence).toBe(fence)
  expect(await fleet.state()).toMatchObject({ attempt: 1, lost: 0, backoff: 0 })
  expect(stateOf()).toMatchObject({ lost: 0, backoff: 0 })
  states.close()
  await fleet.close()
})
