import { codeOf } from '../../../lib/errors/index.js'
import { Backend } from '../../../lib/kv/backend/backend.js'
import { MemoryBackend, type Json } from '../../../lib/kv/index.js'
import { MemoryEngine } from '../../../lib/kv/memory/memory-engine.js'
import { silentLogger } from '../../../lib/movement/index.js'
import { ManualClock, turnOfNode } from '../../../lib/movement/loop/clock.js'
import { ErrorRecords, Keys, readJobEntry } from '../../../lib/runner/index.js'
import type { TopicEvent, WatchEvent } from '../../../lib/runner/host/job-run.js'
import { Fence } from '../../../lib/runner/node/fence.js'
import { Services } from '../../../lib/runner/node/services.js'
import { anyJob, LinkedEngine } from './kit.js'

const keys = new Keys()
const id = anyJob('a', 'question')
const opened: MemoryBackend[] = []
afterEach(async () => {
  for (const kv of opened.splice(0)) await kv.close()
})

async function start() {
  const kv = new MemoryBackend()
  opened.push(kv)
  const lease = await kv.lease()
  const path = keys.claim(id, 'n')
  const { revision } = await kv.put(path, '{"run": "r"}', { lease })
  const lines: string[] = []
  let setups = 0
  const records = new ErrorRecords(kv, keys, 'n')
  const services = new Services(
    {
      ...{ id, entry: readJobEntry({ code: 'x', limits: { watchKeys: 100 } }) },
      fence: new Fence(kv, { path, run: 'r', token: revision, lease }, () => true),
      log: { append: (level: string, text: string) => lines.push(`${level} ${text}`) },
      setupDone: () => Promise.resolve(void (setups += 1)),
    },
    {
      ...{ kv, keys, records, log: silentLogger, rights: null },
      call: (daemon, method, args) => Promise.resolve([daemon, method, ...args]),
    },
  )
  return { kv, services, records, lines, setups: () => setups, lose: () => kv.delete(path) }
}

/** What is told, and a way to wait for so much of it. */
function heard<T>() {
  const events: T[] = []
  let look: () => void = () => undefined
  return {
    events,
    tell: (event: T) => {
      events.push(event)
      look()
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (events.length >= count) resolve()
        }
        look()
      }),
  }
}

it("gets, sets and deletes values of the users' tree, of any kind, and texts that others wrote", async () => {
  const { services, kv } = await start()
  expect(await services.get(['x'])).toBeUndefined()
  for (const value of [null, 0, '', [1], { a: { b: false } }] as Json[]) {
    await services.set(['x', 'y'], value)
    expect(await services.get(['x', 'y'])).toEqual(value)
  }
  await kv.put('/x/y', 'no JSON')
  expect(await services.get(['x', 'y'])).toBe('no JSON')
  await services.delete(['x', 'y'])
  await services.delete(['x', 'y'])
  expect(await services.get(['x', 'y'])).toBeUndefined()
})

it('writes nothing for a job that has another owner by now', async () => {
  const { services, kv, lose } = await start()
  await lose()
  const fenced = expect.objectContaining({ code: 'ERR_FENCED' })
  await expect(services.set(['x'], 1)).rejects.toThrow(fenced)
  await expect(services.send(['t'], { value: 1 })).rejects.toThrow(fenced)
  await expect(services.error({ message: 'no' })).rejects.toThrow(fenced)
  expect((await kv.listKeys('/', { recurse: 5 }))[0]).toEqual([])
})

it('keeps what the fleet is kept in to itself', async () => {
  const { services } = await start()
  const forbidden = expect.objectContaining({ code: 'ERR_FORBIDDEN' })
  await expect(services.get(['deadbeat', 'job'])).rejects.toThrow(forbidden)
  await expect(services.set(['deadbeat', 'x'], 1)).rejects.toThrow(forbidden)
  await expect(services.watch(['deadbeat'], WHOLE, () => undefined)).rejects.toThrow(forbidden)
  await expect(services.call('heater', 'reset', [])).rejects.toThrow(forbidden)
})

const WHOLE = { fetch: true, minDepth: 0, maxDepth: -1 }

it.each([
  ['the entry alone', { fetch: true, minDepth: 0, maxDepth: 0 }, ['/x']],
  ['what is below it, too', WHOLE, ['/x', '/x/a', '/x/a/b']],
  ['from one depth to another', { fetch: true, minDepth: 1, maxDepth: 1 }, ['/x/a']],
  ['nothing that is there already', { fetch: false, minDepth: 0, maxDepth: -1 }, []],
])('watches %s', async (_, request, there) => {
  const { services, kv } = await start()
  for (const path of ['/x', '/x/a', '/x/a/b', '/xx']) await kv.put(path, '1')
  const { events, tell } = heard<WatchEvent>()
  const watch = await services.watch(['x'], request, tell)
  watch.cancel()
  const paths = events.map((event) => ('ready' in event ? 'ready' : `/${event.path.join('/')}`))
  expect([paths.slice(0, -1).sort(), paths.at(-1)]).toEqual([there, 'ready'])
})

it('tells of each change, and of what is gone by leaving its value out', async () => {
  const { services, kv } = await start()
  const { events, tell, until } = heard<WatchEvent>()
  const watch = await services.watch(['x'], WHOLE, tell)
  await kv.put('/x/a%2Fb', '{"n": 1}')
  await until(2)
  await kv.delete('/x/a%2Fb')
  await until(3)
  watch.cancel()
  expect(events.slice(1)).toEqual([
    { path: ['x', 'a/b'], value: { n: 1 }, revision: expect.any(Number) },
    { path: ['x', 'a/b'], revision: expect.any(Number) },
  ])
})

it('watches the whole tree, but not what the fleet is kept in', async () => {
  const { services, kv } = await start()
  await kv.put('/x', '1')
  await kv.put(keys.job(id), '{}')
  const { events, tell } = heard<WatchEvent>()
  const watch = await services.watch([], WHOLE, tell)
  watch.cancel()
  expect(events).toEqual([{ path: ['x'], value: 1, revision: expect.any(Number) }, { ready: true }])
})

it('follows no more keys than it may, when it begins and later, and says so', async () => {
  const { services, kv, lines } = await start()
  const more = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) await kv.put(`/x/${n}`, '1')
  }
  await more(0, 100)
  const { events, tell, until } = heard<WatchEvent>()
  await services.watch(['x'], WHOLE, tell)
  await until(101)
  await more(100, 101)
  await until(101)
  const ended = 'a watch may follow 100 keys (limits.watchKeys): below /x there are more; it has ended'
  await expect(services.watch(['x'], WHOLE, tell)).rejects.toMatchObject({ code: 'ERR_JOB_LIMIT', message: ended })
  while (lines.length < 2) await turnOfNode()
  expect([events.filter((event) => !('ready' in event)).length, lines]).toEqual([200, Array(2).fill(`error ${ended}`)])
})

it('hears every message on a topic, and on topics with wild elements', async () => {
  const { services } = await start()
  const [one, wild, rest] = [heard<TopicEvent>(), heard<TopicEvent>(), heard<TopicEvent>()]
  const monitors = [
    await services.monitor(['t', 'a'], { raw: false }, one.tell),
    await services.monitor(['t', '+', 'c'], { raw: true }, wild.tell),
    await services.monitor(['#'], { raw: false }, rest.tell),
  ]
  await services.send(['t', 'a'], { value: 43 })
  await services.send(['t', 'a'], { raw: 'no JSON' })
  await services.send(['t', 'b', 'c'], { value: 1 })
  await Promise.all([one.until(2), wild.until(1), rest.until(3)])
  monitors.forEach((monitor) => monitor.cancel())
  expect(one.events).toEqual([
    { path: ['t', 'a'], value: 43, raw: '43' },
    { path: ['t', 'a'], raw: 'no JSON' },
  ])
  expect(wild.events).toEqual([{ path: ['t', 'b', 'c'], raw: '1' }])
  expect(rest.events).toHaveLength(3)
})

it('records what the code says of an error, by the job or by what it names', async () => {
  const { services, records } = await start()
  await services.error({ message: 'too hot: {t}', data: { t: 99 }, severity: 1 })
  await services.error({ path: ['x'], subsystem: 'lab', message: 'odd' })
  expect(
    (await records.list()).map(({ subsystem, path, message, severity }) => [subsystem, path, message, severity]),
  ).toEqual([
    ['lab', 'x', 'odd', 0],
    ['run', 'any.default.a.question', 'too hot: 99', 1],
  ])
})

it('hands on what is set up and what is logged', async () => {
  const { services, lines, setups } = await start()
  await services.setupDone()
  services.log('warn', 'hm')
  expect([setups(), lines]).toEqual([1, ['warn hm']])
})

describe('while the store is away', () => {
  async function startAway() {
    const clock = new ManualClock()
    const shared = new MemoryEngine({ clock, opsMax: 128, revisionsMax: Infinity })
    const link = new LinkedEngine(shared, clock)
    const kv = new Backend(link, { clock, log: silentLogger, commitTokens: false })
    const lease = await kv.lease({ ttlMs: 10_000 })
    const path = keys.claim(id, 'n')
    const { revision } = await kv.put(path, '{"run": "r"}', { lease })
    let isSure = true
    const fence = new Fence(kv, { path, run: 'r', token: revision, lease }, () => isSure)
    const entry = readJobEntry({ code: 'x' })
    const attempt = { id, entry, fence, log: { append: () => undefined }, setupDone: () => Promise.resolve() }
    const records = new ErrorRecords(kv, keys, 'n')
    const warned: string[] = []
    const log = { ...silentLogger, warn: (...said: unknown[]) => void warned.push(String(said.at(-1))) }
    const call = () => Promise.resolve(undefined)
    const services = new Services(attempt, { kv, keys, records, log, rights: null, call })
    const topics = heard<TopicEvent>()
    const changes = heard<WatchEvent>()
    link.isUp = false
    const asked = [
      services.get(['x']),
      services.set(['x'], 1),
      services.delete(['y']),
      services.send(['t'], { value: 1 }),
      services.error({ message: 'odd' }),
      services.watch(['z'], WHOLE, changes.tell),
      services.monitor(['u'], { raw: false }, topics.tell),
    ]
    const ends: unknown[] = []
    for (const one of asked) {
      const end = Promise.resolve<unknown>(one).then(() => 'done', codeOf)
      void end.then((what) => ends.push(what))
    }
    const pass = async (ms: number) => {
      for (const end = clock.now() + ms; clock.now() < end;) {
        await turnOfNode()
        clock.advance(50)
      }
    }
    await pass(3000)
    return { link, kv, ends, pass, warned, doubt: () => (isSure = false), count: asked.length, changes, topics }
  }

  it('waits, and goes on when it is back', async () => {
    const { link, ends, pass, count, warned, kv, changes, topics } = await startAway()
    expect(ends).toEqual([])
    link.isUp = true
    await pass(500)
    expect(ends).toEqual(Array(count).fill('done'))
    expect(warned).toEqual(
      Array(count).fill('any/default a.question waits for the store: memory is not available: the link is down'),
    )
    await kv.put('/z', '5')
    await kv.put(`${keys.prefix}/message/u`, '6')
    await Promise.all([changes.until(2), topics.until(1)])
  })

  it('is waited for as long as the job is its own', async () => {
    const { ends, pass, doubt, count } = await startAway()
    doubt()
    await pass(500)
    expect(ends).toHaveLength(count)
    expect(new Set(ends)).toEqual(new Set(['ERR_FENCED', 'ERR_KV_UNAVAILABLE']))
  })
})
