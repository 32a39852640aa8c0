import { expect, test } from '@jest/globals'
import { PassThrough } from 'node:stream'
import { AppendStream } from '../../lib/files/append-stream.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

function start(bufferMax = 1000) {
  const esc = new Escapement()
  const stream = new PassThrough()
  const failures: Error[] = []
  let told = 0
  const target = { flushed: () => (told += 1), failed: (error: Error) => failures.push(error) }
  const output = new AppendStream(esc, stream, 'the pipe', bufferMax, target)
  output.open()
  return { esc, stream, output, failures, told: () => told }
}

test('writes what was taken in one piece when the input pauses', async () => {
  const { esc, stream, output, told } = start()
  output.append('one\n')
  output.append('two\n')
  expect([output.position(), output.flushed]).toEqual([8, 0])
  await esc.waitIdle()
  expect([String(stream.read()), output.flushed, told()]).toEqual(['one\ntwo\n', 8, 1])
})

test('is full while a reader is too slow', async () => {
  const { esc, stream, output } = start(1000)
  output.append('x'.repeat(100_000))
  output.append('y')
  await esc.waitIdle()
  expect(output.full()).toBe(true)
  stream.resume()
  await output.close()
  expect([output.full(), output.flushed]).toEqual([false, 100_001])
})

test('seals what was taken so far', async () => {
  const { output } = start()
  const told: number[] = []
  output.seal((length) => told.push(length))
  output.append('one\n')
  output.seal((length) => told.push(length))
  expect(told).toEqual([0])
  await output.close()
  expect(told).toEqual([0, 4])
})

test('says that its reader has gone, once, and ends all the same', async () => {
  const { stream, output, failures } = start()
  output.append('one\n')
  stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  await output.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(failures).toMatchObject([
    { code: 'EPIPE', message: expect.stringMatching(/^cannot write to the pipe: its reader has gone/) },
  ])
  expect([output.full(), output.flushed]).toEqual([true, 0])
  output.release()
})
