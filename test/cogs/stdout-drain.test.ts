import { afterEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { PassThrough, type Writable } from 'node:stream'
import { StdoutDrain, type StdoutDrainOptions } from '../../cogs/stdout-drain.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

async function start(stream: Writable, options: StdoutDrainOptions = {}) {
  const { train, esc } = testTrain()
  const supply = new TestSupply<string>(train, {})
  const drain = new StdoutDrain(train, { stream, ...options })
  train.line(supply, drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined)
  await esc.waitIdle()
  cleanups.push(() => esc.close())
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { train, supply, drain, esc, running, until }
}

test('writes each datum as a line, and acknowledges what is written', async () => {
  const stream = new PassThrough()
  const { train, supply, running, esc } = await start(stream)
  supply.push('one', 'two')
  await esc.waitIdle()
  expect([String(stream.read()), supply.acknowledged]).toEqual(['one\ntwo\n', 2])
  supply.push('three')
  await train.stop()
  await running
  expect([String(stream.read()), supply.acknowledged]).toEqual(['three\n', 3])
})

test('makes the train wait for a slow reader, and loses nothing', async () => {
  const stream = new PassThrough()
  const { train, supply, running, until } = await start(stream, { bufferMax: 100_000 })
  const line = 'x'.repeat(999)
  for (let i = 0; i < 200; i++) supply.push(line)
  expect(supply.paused).toBe(true)
  let length = 0
  stream.on('data', (chunk: Buffer) => (length += chunk.length))
  await until(() => !supply.paused)
  await train.stop()
  await running
  expect([length, supply.acknowledged]).toEqual([200_000, 200])
})

test('stops the train when the reader has gone', async () => {
  const reader = spawn('true', [], { stdio: ['pipe', 'ignore', 'ignore'] })
  await new Promise((resolve) => reader.on('exit', resolve))
  const { supply, running } = await start(reader.stdin)
  supply.push('one')
  await expect(running).rejects.toMatchObject({
    name: 'SourceError',
    message: expect.stringMatching(/cannot write to the standard output: .*4 characters were not written/),
  })
  expect(supply.acknowledged).toBe(0)
})
