import { expect, test } from '@jest/globals'
import { gather } from '../../lib/conf/index.js'
import { StreamDrain, streamDrainConfig, type StreamDrainOptions } from '../../lib/stream/index.js'
import { testTrain } from '../../lib/testing/index.js'

class Words extends StreamDrain<string, StreamDrainOptions> {
  take(word: string): void {
    this.publish(this.options.subject, Buffer.from(word), word)
  }
}

test('takes until its buffer is full, and counts what it has taken', () => {
  const { s } = gather(
    { s: streamDrainConfig },
    { argv: ['--s.stream=S', '--s.subject=s', '--s.buffer-max=3'], env: {} },
  )
  const drain = new Words(testTrain().train, s)
  drain.take('ab')
  expect([drain.position(), drain.flushed, drain.full(), drain.duplicates]).toEqual([1, 0, false, 0])
  drain.take('c')
  expect([drain.position(), drain.full()]).toEqual([2, true])
})
