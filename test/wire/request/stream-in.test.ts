import { StreamIn } from '../../../lib/wire/request/stream-in.js'

async function readAll(stream: StreamIn, more: (count: number) => void = () => undefined) {
  const read = []
  for await (const payload of stream.read(more)) read.push(payload)
  return read
}

test('what comes is read in order, without what the wire added', async () => {
  const stream = new StreamIn()
  const reading = readAll(stream)
  stream.reply({ value: 1, seq: 0, more: true }, false)
  stream.reply({ value: 2, seq: 1, more: true }, false)
  stream.reply({ seq: 2 }, true)
  expect(await reading).toEqual([{ value: 1 }, { value: 2 }])
})

test('the last one may bring something too', async () => {
  const stream = new StreamIn()
  stream.reply({ value: 1, seq: 0 }, true)
  expect(await readAll(stream)).toEqual([{ value: 1 }])
})

test('it asks for more once there is room', async () => {
  const stream = new StreamIn()
  for (let seq = 0; seq < 64; seq++) stream.reply({ value: seq, seq, more: true }, false)
  const asked: number[] = []
  const reading = readAll(stream, (count) => {
    asked.push(count)
    if (asked.length === 2) stream.reply({ seq: 64 }, true)
  })
  expect(await reading).toHaveLength(64)
  expect(asked).toEqual([32, 32])
})

test('what has come before an error is read, then the error', async () => {
  const stream = new StreamIn()
  stream.reply({ value: 1, seq: 0, more: true }, false)
  stream.fail(new Error('gone'))
  const read = stream.read(() => undefined)
  expect(await read.next()).toEqual({ done: false, value: { value: 1 } })
  await expect(read.next()).rejects.toThrow('gone')
})

test('a message that is missing is an error', async () => {
  const stream = new StreamIn()
  stream.reply({ value: 1, seq: 1, more: true }, false)
  await expect(readAll(stream)).rejects.toThrow('message 0 of the stream must come next: 1 came')
})
