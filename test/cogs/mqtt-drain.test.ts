import { afterEach, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { MqttDrain, type MqttDrainOptions } from '../../cogs/mqtt-drain.js'
import { testTrain } from '../../lib/testing/index.js'
import { freePort, has, startServer } from '../support/real-server.js'
import { Cleanups, drained, until } from '../support/supplied.js'

const cleanups = new Cleanups()
afterEach(cleanups.run)

const start = (port: number, options: Partial<MqttDrainOptions<unknown>> = {}) =>
  drained<unknown, MqttDrain<unknown>>(
    cleanups,
    (train) => new MqttDrain<unknown>(train, { port, clientId: 'out', topic: 't', ...options }),
  )

// What it publishes is read by the tests of MqttSupply.
test('what has no topic, or is no message, fails alone', async () => {
  const { supply, dead } = await start(await freePort(), { topicGetter: (data) => String(data) })
  supply.push('a/#')
  supply.push({})
  expect(dead.map(({ error }) => error.message)).toEqual([
    expect.stringMatching(/a topic must be a text without \+ and #: it is "a\/#"/),
    expect.stringMatching(/a message must be a string or bytes: it is {}/),
  ])
})

test('keeps what comes while there is no broker, and acknowledges nothing', async () => {
  const { supply, log, drain } = await start(await freePort(), { bufferMax: 2 })
  supply.push('one')
  await until(() => log.some(({ level }) => level === 'warn'))
  expect([supply.acknowledged, drain.full()]).toEqual([0, true])
})

test('shows no password, and refuses a limit that is none', () => {
  const { train } = testTrain()
  expect(String(new MqttDrain(train, { clientId: 'a', topic: 't', password: 'secret' }))).toBe(
    'MqttDrain(127.0.0.1:1883)',
  )
  expect(() => new MqttDrain(train, { clientId: 'a', topic: 't', batchMax: 0 })).toThrow('batchMax must be at least 1')
})

if (has('mosquitto')) {
  test('publishes many, which are over once the broker says so', async () => {
    const port = await freePort()
    await startServer(cleanups, port, 'mosquitto', ['-p', String(port)])
    const { supply, isDone, drain } = await start(port, { retain: true })
    for (let i = 0; i < 1000; i++) supply.push(`message ${i}`)
    await isDone(1000)
    expect(drain.flushed).toBe(1000)
    if (!has('mosquitto_sub')) return
    const { stdout } = await promisify(execFile)('mosquitto_sub', ['-p', String(port), '-t', 't', '-C', '1'])
    expect(stdout).toBe('message 999\n')
  })
}
