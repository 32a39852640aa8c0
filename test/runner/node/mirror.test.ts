import { MemoryBackend } from '../../../lib/kv/index.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { Keys } from '../../../lib/runner/index.js'
import { Mirror } from '../../../lib/runner/node/mirror.js'
import { allJob, anyJob } from './kit.js'

const keys = new Keys()

function start(kind: 'any' | 'all' = 'any') {
  const kv = new MemoryBackend()
  const touched: string[] = []
  let groups = 0
  const spoilt: string[] = []
  const waiting = new Set<() => void>()
  const told = () => waiting.forEach((look) => look())
  const mirror = new Mirror({
    ...{ kv, keys, kind, group: 'default', owner: 'n', log: silentLogger },
    onJob: ({ name }) => {
      touched.push(name)
      told()
    },
    onGroup: () => {
      groups += 1
      told()
    },
    onSpoiltMember: (node, { message }) => spoilt.push(`${node}: ${message}`),
    onFailure: () => undefined,
  })
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (holds()) resolve()
      }
      waiting.add(look)
      look()
    })
  return { kv, mirror, touched, until, spoilt, groups: () => groups }
}

it('has jobs with what is wished, what is so, and who has them', async () => {
  const { kv, mirror, until } = start()
  const id = anyJob('a/b', 'c')
  await kv.put(keys.job(id), '{"code": "x"}')
  await kv.put(keys.job(anyJob('wrong')), '{"code": 5}')
  await mirror.open()
  const job = mirror.jobs.get('/a%2Fb/c')!
  expect(job).toMatchObject({ id, entry: { code: 'x' }, hasState: false, claimedBy: null, fault: null })
  expect(mirror.jobs.get('/wrong')).toMatchObject({
    entry: null,
    fault: expect.stringMatching(/code must be a dotted path/),
  })
  await kv.put(keys.state(id, 'n'), '{"started": 5, "node": "m", "run": "r"}')
  await kv.put(keys.claim(id, 'n'), '{"node": "m", "run": "r"}')
  await until(() => job.hasState && job.claimedBy === 'm')
  expect([job.state.started, mirror.claims.get('m')]).toEqual([5, 1])
  await kv.delete(keys.claim(id, 'n'))
  await until(() => job.goneRun === 'r')
  expect([job.claimedBy, mirror.claims.size]).toEqual([null, 0])
  await kv.delete(keys.state(id, 'n'))
  await kv.delete(keys.job(id))
  await until(() => !mirror.jobs.has('/a%2Fb/c'))
  mirror.close()
  await kv.close()
})

it('has of kind all the states of its own node only', async () => {
  const { kv, mirror } = start('all')
  const id = allJob('a')
  await kv.put(keys.state(id, 'n'), '{"started": 1}')
  await kv.put(keys.state(id, 'm'), '{"started": 2}')
  await mirror.open()
  expect([...mirror.jobs.values()].map(({ state }) => state.started)).toEqual([1])
  mirror.close()
  await kv.close()
})

it('has the members and what is said of the group; what makes no sense leaves the group as it was', async () => {
  const { kv, mirror, until, groups, spoilt } = start()
  await kv.put(keys.member('any', 'default', 'm/1'), '{"capacity": 3, "labels": {"a": "b"}}')
  await kv.put(keys.member('any', 'default', 'odd'), 'odd')
  await kv.put(keys.group('any', 'default'), '{"size": 3}')
  await mirror.open()
  expect(mirror.members.get('m/1')).toEqual({ node: 'm/1', capacity: 3, labels: { a: 'b' }, isDraining: false })
  expect(mirror.members.get('odd')).toMatchObject({ capacity: 0, isDraining: true })
  expect(spoilt).toEqual(['odd: what node odd says of itself is spoilt: it is no JSON: "odd"'])
  expect(mirror.group.size).toBe(3)
  await kv.put(keys.group('any', 'default'), '{"size": -1}')
  await kv.delete(keys.member('any', 'default', 'odd'))
  const before = groups()
  await until(() => groups() > before || !mirror.members.has('odd'))
  expect(mirror.group.size).toBe(3)
  mirror.close()
  await kv.close()
})

it('forgets what was wrong with a state once that is right, and what is wrong with it only then', async () => {
  const { kv, mirror, until } = start()
  const id = anyJob('a')
  await kv.put(keys.job(id), '{"code": "x"}')
  await kv.put(keys.state(id, 'n'), '{"started": "late"}')
  await mirror.open()
  const job = mirror.jobs.get('/a')!
  expect(job.fault).toMatch(/started of the state of a job must be a number/)
  await kv.put(keys.job(id), '{"code": "y"}')
  await until(() => job.entry?.code === 'y')
  expect(job.fault).toMatch(/started of the state/)
  await kv.delete(keys.state(id, 'n'))
  await until(() => !job.hasState)
  expect(job.fault).toBeNull()
  mirror.close()
  await kv.close()
})
