import { afterEach, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { RedisStreamDrain, type RedisStreamDrainOptions } from '../../cogs/redis-stream-drain.js'
import { RedisStreamSupply } from '../../cogs/redis-stream-supply.js'
import { testTrain } from '../../lib/testing/index.js'
import { Keep } from '../support/engine-kit.js'
import { freePort, has, startServer } from '../support/real-server.js'
import { Cleanups, drained, supplied, turn, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const KEY = { stream: 's', group: 'g', consumer: 'c' }

const server = (port: number, dir = temporary()) =>
  startServer(cleanups, port, 'redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--appendonly',
    'yes',
  ])

const url = (port: number) => `redis://127.0.0.1:${port}`

const supply = (port: number, options: object = {}) =>
  supplied(cleanups, (train) => new RedisStreamSupply(train, { ...KEY, url: url(port), ...options }))

const drain = (port: number, options: Partial<RedisStreamDrainOptions> = {}) =>
  drained<string | object, RedisStreamDrain>(
    cleanups,
    (train) => new RedisStreamDrain(train, { stream: 's', url: url(port), ...options }),
  )

/** Keep what comes of a stream, as something that crashes would. */
function keeping(port: number, options: object = {}) {
  const rig = testTrain()
  const keep = new Keep<unknown>(rig.train, {})
  rig.train.line(new RedisStreamSupply<unknown>(rig.train, { ...KEY, url: url(port), ...options }), keep)
  rig.train.onOutput(() => undefined)
  rig.train.run({ signals: false }).catch(() => undefined)
  const stop = async () => {
    const stopped = rig.train.stop()
    for (let i = 0; i < 50; i++) await turn()
    rig.clock.advance(rig.train.settings.finishTimeoutMs)
    await stopped
  }
  cleanups.add(stop)
  return { keep, stop }
}

test('refuses a limit that is none, and shows no password', () => {
  const { train } = testTrain()
  expect(() => new RedisStreamSupply(train, { ...KEY, countMax: 0 })).toThrow('countMax must be at least 1: it is 0')
  const hidden = new RedisStreamSupply(train, { ...KEY, url: 'redis://u:secret@a:1', password: 'secret' })
  expect(String(hidden)).toBe('RedisStreamSupply(a:1, stream=s)')
})

if (has('redis-server')) {
  test('supplies the fields of entries, also such as were there before', async () => {
    const port = await freePort()
    await server(port)
    const here = await drain(port)
    here.supply.push('one', { ip: '192.0.2.1', count: 2 }, JSON.parse('{"__proto__":"x"}') as object)
    await here.isDone(3)
    const there = await supply(port)
    await there.got(3)
    expect(there.data.slice(0, 2)).toEqual([{ line: 'one' }, { ip: '192.0.2.1', count: '2' }])
    expect(Object.entries(there.data[2] as object)).toEqual([['__proto__', 'x']])
    here.supply.push('later')
    await there.got(4)
  })

  test('what was not over comes again in the next run, and what was does not', async () => {
    const port = await freePort()
    await server(port)
    const here = await drain(port)
    here.supply.push('one', 'two', 'three')
    const first = keeping(port)
    await until(() => first.keep.holds.length === 3)
    const redis = new Redis(url(port))
    cleanups.add(() => redis.disconnect())
    const isPending = (count: number) => until(async () => ((await redis.xpending('s', 'g')) as [number])[0] === count)
    first.keep.resume(null)
    await isPending(2) // The manual clock would run out before the server has heard of it.
    await first.stop()
    const next = await supply(port)
    await next.got(2)
    expect(next.data).toEqual([{ line: 'two' }, { line: 'three' }])
    await isPending(0)
  })

  test('takes over what another consumer got and let lie', async () => {
    const port = await freePort()
    await server(port)
    const here = await drain(port)
    here.supply.push('one')
    const dead = keeping(port, { consumer: 'dead' })
    await until(() => dead.keep.holds.length === 1)
    await dead.stop()
    const next = await supply(port, { claimMs: 1 })
    await until(() => {
      next.clock.advance(1)
      if (next.data.length === 0) here.supply.push('wake')
      return next.data.some((data) => (data as { line: string }).line === 'one')
    })
  })

  test('goes on with a server that went away, and loses nothing', async () => {
    const port = await freePort()
    const dir = temporary()
    const { kill } = await server(port, dir)
    const [there, here] = [await supply(port), await drain(port)]
    const lines = () => there.data.map((data) => (data as { line: string }).line)
    here.supply.push('one')
    await there.got(1)
    await kill()
    here.supply.push('two')
    await until(() => here.log.some(({ level }) => level === 'warn'))
    await server(port, dir)
    await until(() => {
      here.clock.advance(1000)
      there.clock.advance(1000)
      return here.supply.acknowledged === 2 && lines().includes('two')
    })
    expect(new Set(lines())).toEqual(new Set(['one', 'two'])) // What was not acknowledged may come again.
  })
}
