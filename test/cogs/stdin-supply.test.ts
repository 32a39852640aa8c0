import { afterEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { PassThrough, type Readable } from 'node:stream'
import { StdinSupply, type StdinOptions } from '../../cogs/stdin-supply.js'
import { itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start<Out = string>(stream: Readable, options: StdinOptions<Out> = {}) {
  const { train, esc, log } = testTrain()
  const outputs: unknown[] = []
  const supply = new StdinSupply<Out>(train, { stream, ...options })
  train.line(supply)
  train.onOutput((data) => outputs.push(data))
  cleanups.push(() => esc.close())
  return { train, supply, outputs, log, running: train.run({ signals: false }) }
}

test('supplies the lines of a pipe to its end, also the last one without a line end', async () => {
  const child = spawn('printf', ['one\\r\\ntwo\\n\\nlast'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const { running, outputs } = start(child.stdout)
  await running
  expect(outputs).toEqual(['one', 'two', '', 'last'])
})

test('joins a line, and a character, that comes in pieces', async () => {
  const stream = new PassThrough()
  const { running, outputs } = start(stream)
  const bytes = Buffer.from('größe\n')
  stream.write(bytes.subarray(0, 3))
  stream.end(bytes.subarray(3))
  await running
  expect(outputs).toEqual(['größe'])
})

test('makes data of lines with the setters that it is given', async () => {
  const stream = new PassThrough()
  const { running, outputs } = start<object>(stream, { lineSetter: itemSetter('line'), idSetter: itemSetter('id') })
  stream.end('one\ntwo\n')
  await running
  expect(outputs).toEqual([
    { line: 'one', id: 't0' },
    { line: 'two', id: 't1' },
  ])
})

test('reads nothing while it is paused', async () => {
  const stream = new PassThrough()
  const { running, supply, outputs } = start(stream)
  supply.pause()
  stream.end('one\n')
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
  expect(outputs).toEqual([])
  supply.resume()
  await running
  expect(outputs).toEqual(['one'])
})

test('cuts a line that is too long, and says so', async () => {
  const stream = new PassThrough()
  const { running, outputs, log } = start(stream, { lineMax: 10 })
  stream.write('a'.repeat(8))
  stream.write('a'.repeat(8))
  stream.end('a\nb\n')
  await running
  expect(outputs).toEqual(['a'.repeat(10), 'b'])
  expect(log).toMatchObject([
    { level: 'warn', message: expect.stringMatching(/a line of 18 bytes at 0.*cut|beginning/) },
  ])
})

test('stops the train if the stream fails', async () => {
  const stream = new PassThrough()
  const { running } = start(stream)
  setImmediate(() => stream.destroy(Object.assign(new Error('no more'), { code: 'EIO' })))
  await expect(running).rejects.toMatchObject({ code: 'EIO', message: 'cannot read the standard input: no more' })
})

test('a reload loses nothing: not the beginning of a line, nor what comes later, nor the end', async () => {
  const stream = new PassThrough()
  const first = start(stream)
  const second = testTrain()
  cleanups.push(() => second.esc.close())
  const heir = new StdinSupply(second.train, { stream })
  second.train.line(heir)
  second.train.onOutput((data) => first.outputs.push(data))
  stream.write('one\ntw')
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve))
  await first.train.leaveTo(second.train)
  await first.running
  stream.write('o\nth')
  const going = second.train.run({ signals: false })
  stream.end('ree\n')
  await going
  expect(first.outputs).toEqual(['one', 'two', 'three'])
})

test('a stream that has ended before is at its end', async () => {
  const stream = new PassThrough()
  stream.end()
  stream.resume()
  await new Promise((resolve) => stream.once('end', resolve))
  const { running, outputs } = start(stream)
  await running
  expect(outputs).toEqual([])
})
