import { expect, test } from '@jest/globals'
import { MessageSink, type Attempt } from '../../lib/log/message-sink.js'

/** A server that answers as it is told. */
class Told extends MessageSink {
  answers: Attempt[] = []
  readonly sent: string[] = []
  released = 0

  protected attempt(message: Buffer): Attempt {
    const answer = this.answers.shift() ?? 'sent'
    if (answer === 'sent') this.sent.push(message.toString())
    return answer
  }

  protected attemptLast(message: Buffer): Attempt {
    return this.attempt(message)
  }

  protected release(): void {
    this.released++
  }

  reopen(): void {
    this.flush()
  }

  deliver(): void {
    this.delivered()
  }

  fail(reason: string): void {
    this.failing(reason)
  }
}

function start(waitingMax = 100) {
  const told: string[] = []
  const sink = new Told(
    { format: (json) => Buffer.from(`<${json}>`), waitingMax, retryMs: 1 },
    { failing: (reason) => told.push(reason), lost: (lines) => told.push(`lost ${lines}`) },
  )
  return { sink, told }
}

test('a line is sent at once in the form of the server', () => {
  const { sink, told } = start()
  sink.write('a')
  expect([sink.sent, told]).toEqual([['<a>'], []])
})

test('what is not taken now waits, and the lines behind it; then all go in order', () => {
  const { sink } = start()
  sink.answers = ['later']
  for (const line of ['a', 'b', 'c']) sink.write(line)
  expect(sink.sent).toEqual([])
  sink.reopen()
  expect(sink.sent).toEqual(['<a>', '<b>', '<c>'])
})

test('it is tried again by itself until it is taken', async () => {
  const { sink } = start()
  sink.answers = ['later', 'later', 'later']
  sink.write('a')
  await sink.close(10_000)
  expect([sink.sent, sink.released]).toEqual([['<a>'], 1])
})

test('a line that is taken afterwards is not sent twice', () => {
  const { sink } = start()
  sink.answers = ['later']
  sink.write('a')
  sink.write('b')
  sink.deliver()
  expect(sink.sent).toEqual(['<b>'])
})

test('lines beyond what may wait, and those that can never be sent, are counted and told once something is sent', () => {
  const { sink, told } = start(2)
  sink.answers = ['later']
  for (const line of ['a', 'b', 'c', 'd']) sink.write(line)
  expect(told).toEqual([])
  sink.reopen()
  sink.answers = ['impossible']
  sink.write('e')
  sink.write('f')
  expect([sink.sent, told]).toEqual([
    ['<a>', '<b>', '<f>'],
    ['lost 2', 'lost 1'],
  ])
})

test('why nothing can be sent is told once', () => {
  const { sink, told } = start()
  sink.fail('no')
  sink.fail('no')
  expect(told).toEqual(['no'])
})

test('closing gives up in the end, and what is lost by then is told', async () => {
  const { sink, told } = start()
  sink.answers = Array.from({ length: 100_000 }, (): Attempt => 'later')
  sink.write('a')
  sink.write('b')
  await sink.close(5)
  expect([sink.sent, told, sink.released]).toEqual([[], ['lost 2'], 1])
})

test('at the end of the process what waits is tried once more, and what is not taken is given back', () => {
  const { sink } = start()
  sink.answers = ['later', 'sent', 'later']
  for (const line of ['a', 'b', 'c']) sink.write(line)
  expect([sink.last(), sink.sent]).toEqual([['b', 'c'], ['<a>']])
})
