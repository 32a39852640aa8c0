import { expect, test } from '@jest/globals'
import type { FromWorker, Outcome, ToWorker, Work } from '../../lib/workers/messages.js'
import { Slot, type Span } from '../../lib/workers/slot.js'
import { runStretch, type Port } from '../../lib/workers/stretch.js'

const module = new URL('../fixtures/stretch-plain.mjs', import.meta.url).href

/** A port whose other end is the test. */
class TestPort implements Port {
  readonly said: FromWorker[] = []
  isClosed = false
  private listener: (message: ToWorker) => void = () => undefined

  postMessage(message: FromWorker): void {
    this.said.push(structuredClone(message))
  }

  on(_event: 'message', listener: (message: ToWorker) => void): void {
    this.listener = listener
  }

  close(): void {
    this.isClosed = true
  }

  send(work: Work[], memory: SharedArrayBuffer | null = null): void {
    this.listener({ work, memory })
  }

  get outcomes(): Outcome[] {
    return this.said.flatMap((message) => ('outcomes' in message ? message.outcomes : []))
  }

  async end(running: Promise<void>): Promise<void> {
    this.listener({ end: true })
    await running
  }
}

async function start() {
  const port = new TestPort()
  const running = runStretch(port, { module, export: 'default', settings: null })
  while (port.said.length === 0) await new Promise(setImmediate)
  return { port, running }
}

test('it says when it is ready, answers the jobs of one message together, and ends', async () => {
  const { port, running } = await start()
  expect(port.said).toEqual([{ ready: true }])
  port.send([
    { number: 7, data: 'a\nfail\ndrop\nb' },
    { number: 8, data: ['c', 1] },
  ])
  expect(port.said).toHaveLength(2)
  expect(port.outcomes).toEqual([
    {
      number: 7,
      data: 'a!\nb!',
      ks: Uint32Array.from([0, 3]),
      failures: [[1, expect.objectContaining({ message: 'mark: fail' })]],
    },
    { number: 8, data: 'c!\n1!', ks: Uint32Array.from([0, 1]), failures: [] },
  ])
  await port.end(running)
  expect(port.isClosed).toBe(true)
})

test('a text in a slot is answered in that slot', async () => {
  const { port, running } = await start()
  const slot = Slot.make()
  port.send([{ number: 0, data: slot.write('a\nb') as Span }], slot.memory)
  const [outcome] = port.outcomes
  expect(slot.read(outcome?.data as Span)).toBe('a!\nb!')
  await port.end(running)
})
