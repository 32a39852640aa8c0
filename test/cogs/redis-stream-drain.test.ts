import { afterEach, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { RedisStreamDrain, type RedisStreamDrainOptions } from '../../cogs/redis-stream-drain.js'
import { testTrain } from '../../lib/testing/index.js'
import { freePort, has, startServer } from '../support/real-server.js'
import { Cleanups, drained, until } from '../support/supplied.js'
import { temporary } from '../support/temporary.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (port: number, options: Partial<RedisStreamDrainOptions> = {}) => {
  const url = `redis://127.0.0.1:${port}`
  const make = (train: ConstructorParameters<typeof RedisStreamDrain>[0]) =>
    new RedisStreamDrain(train, { stream: 's', url, ...options })
  return drained<string | object, RedisStreamDrain>(cleanups, make)
}

test('what is no entry fails alone, and what comes while the server is away is kept', async () => {
  const { supply, dead, log, drain } = await start(await freePort(), { bufferMax: 2 })
  supply.push({}, { a: null }, null as never, 'one')
  await until(() => log.some(({ level }) => level === 'warn'))
  expect(dead.map(({ error }) => error.message)).toEqual(
    Array(3).fill(expect.stringMatching(/an entry must be a text, or an object of texts and numbers/)),
  )
  expect([supply.acknowledged, drain.full()]).toEqual([0, true])
})

test('refuses a limit that is none', () => {
  expect(() => new RedisStreamDrain(testTrain().train, { stream: 's', batchMax: 0 })).toThrow(
    'batchMax must be at least 1',
  )
})

if (has('redis-server')) {
  test('adds entries in order, and lets the oldest go where that is wished', async () => {
    const port = await freePort()
    await startServer(cleanups, port, 'redis-server', [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      temporary(),
      '--save',
      '',
    ])
    const { supply, isDone } = await start(port, { field: 'text', lengthMax: 1000 })
    for (let i = 0; i < 5000; i++) supply.push(`line ${i}`)
    await isDone(5000)
    const redis = new Redis(port, '127.0.0.1')
    cleanups.add(() => redis.disconnect())
    const [[, last]] = (await redis.xrevrange('s', '+', '-', 'COUNT', 1)) as [[string, string[]]]
    expect(last).toEqual(['text', 'line 4999'])
    expect(await redis.xlen('s')).toBeLessThan(2000)
  })
}
