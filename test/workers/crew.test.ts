import { expect, test } from '@jest/globals'
import { Crew, type JobOutcome } from '../../lib/workers/crew.js'
import { Job } from '../../lib/workers/job.js'
import type { LogForm } from '../../lib/workers/messages.js'
import { pack, unpack } from '../../lib/workers/packing.js'

const script = new URL('../../dist/lib/app/worker.js', import.meta.url)
const module = new URL('../support/stretches.mjs', import.meta.url).href

async function start(name = 'default', workers = 1, settings: unknown = null) {
  const outcomes: [string, unknown[]][] = []
  const failed: [unknown, string][] = []
  const log: LogForm[] = []
  const broken: Error[] = []
  const crew = new Crew<string>({
    ...{
      script,
      workers,
      heapBytesMax: null,
      timeoutMs: null,
      after: () => () => undefined,
      data: { module, export: name, settings },
    },
    onOutcome: (job, { data }: JobOutcome) =>
      outcomes.push([job.owner, [...unpack(Buffer.isBuffer(data) ? data.toString() : data)]]),
    onFailed: (job, error) => failed.push([job.data, error.message]),
    onLog: (line) => log.push(line),
    onBroken: (error) => broken.push(error),
  })
  const send = (owner: string, ...data: unknown[]): Job<string> => {
    const job = new Job(owner, pack(data), data.length)
    crew.send(job)
    return job
  }
  await crew.start()
  return { crew, send, outcomes, failed, log, broken }
}

test('jobs come back with what came of them, and the crew ends when all have', async () => {
  const { crew, send, outcomes } = await start()
  send('one', 'a', 'b')
  send('two', 'drop', 'c\nd')
  await crew.end()
  expect(outcomes).toEqual([
    ['one', ['A', 'B']],
    ['two', ['C\nD']],
  ])
})

test('jobs that nobody lets go of keep their data, and use as many slots as they need', async () => {
  const { crew, send, outcomes } = await start()
  const line = 'x'.repeat(100_000)
  const jobs = Array.from({ length: 20 }, (_, n) => send(String(n), line))
  await crew.end()
  expect(outcomes).toHaveLength(20)
  expect(jobs.every(({ data }) => data === line)).toBe(true)
  for (const job of jobs) crew.letGo(job)
  expect(jobs.every(({ data }) => data.length === 0)).toBe(true)
})

test('a text larger than a slot goes over all the same', async () => {
  const { crew, send, outcomes } = await start()
  send('large', 'y'.repeat(2_000_000))
  await crew.end()
  expect((outcomes[0]?.[1][0] as string).length).toBe(2_000_000)
})

test('data that kill are found among many by halves', async () => {
  const { crew, send, outcomes, failed, log } = await start('deadly')
  send('many', ...Array.from({ length: 8 }, (_, n) => (n === 5 ? 'die by exit' : `n${n}`)))
  await crew.end()
  expect(failed).toEqual([['die by exit', 'a worker died of it twice: process.exit(3) was called']])
  expect(outcomes.flatMap(([, data]) => data)).toHaveLength(7)
  expect(log[0]?.fields).toEqual({ reason: 'process.exit(3) was called', again: 8 })
})

test('when no worker can be started any more, everything fails, and that is told', async () => {
  // The first worker composes its stretch, the second finds that it can't.
  const { crew, send, failed, broken } = await start('once', 1, new SharedArrayBuffer(4))
  send('a', 'die')
  send('b', 'x')
  await crew.end()
  expect(failed.map(([data]) => data)).toEqual(expect.arrayContaining(['die', 'x']))
  expect(broken.map(({ message }) => message)).toEqual(['no second time'])
})

test('a crew that is closed ends at once', async () => {
  const { crew, send, outcomes } = await start('stuck')
  send('a', 'x')
  crew.close()
  await crew.end()
  expect(outcomes).toEqual([])
})
