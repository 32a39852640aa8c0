import { expect, test } from '@jest/globals'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FileWatcherSupply } from '../../cogs/file-watcher-supply.js'
import { LineDrain } from '../../cogs/line-drain.js'
import { Parallel, type ParallelOptions } from '../../cogs/parallel.js'
import type { Json, Train } from '../../lib/movement/index.js'
import { checkCog, testTrain, TestSupply, type TestTrain } from '../../lib/testing/index.js'
import { lineOf, ManualDrain } from '../support/engine-kit.js'
import { MemoryCheckpoints } from '../support/crash-train/world.js'
import { temporary } from '../support/temporary.js'

const module = new URL('../support/stretches.mjs', import.meta.url)

/** One that says how far it is, so that there are check-points. */
class MarkedSupply extends TestSupply<unknown> {
  override mark(): Json {
    return 0
  }

  override continueFrom(): void {
    // It can't.
  }
}

/** A running train with a stretch in workers. */
async function start(options: Partial<ParallelOptions> = {}, rig: TestTrain = testTrain()) {
  const { train } = rig
  const supply = new MarkedSupply(train, {})
  const parallel = new Parallel(train, { module, ...options })
  const outputs: unknown[] = []
  lineOf(train.line, supply, parallel)
  let onOutput: () => void = () => undefined
  train.onOutput((output: unknown) => {
    outputs.push(output)
    onOutput()
  })
  const running = await started(train)
  /** Resolves when so much has come out. */
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      onOutput = () => (outputs.length >= count ? resolve() : undefined)
      onOutput()
    })
  const end = async (): Promise<unknown[]> => {
    supply.close()
    await running.ended
    return outputs
  }
  return { ...rig, supply, parallel, outputs, until, end, ended: running.ended }
}

async function started(train: Train): Promise<{ ended: Promise<void> }> {
  let ended!: Promise<void>
  await new Promise<void>((resolve, reject) => {
    ended = train.run({ signals: false, onStarted: resolve })
    ended.catch(reject)
  })
  return { ended }
}

test('data go through the stretch and come out in their order, each with what it gave', async () => {
  const { supply, end, train, dead } = await start({ workers: 2, batchMax: 2 })
  supply.push('a', 'twice', 'drop', 'b', 'c')
  supply.push('d')
  expect(await end()).toEqual(['A', 'TWICE', 'TWICE', 'B', 'C', 'D'])
  expect(train.accounts()[1]).toMatchObject({ in: 6, split: 1, out: 6, swallowed: 1, held: 0, diverted: 0 })
  expect([dead, supply.acknowledged]).toEqual([[], 6])
})

test('whole texts go over as one, and their lines come back one by one', async () => {
  const { supply, end, train } = await start()
  supply.pushText('a\ntwice\ndrop\nb')
  expect(train.accounts()[1]).toMatchObject({ in: 4, held: 4 })
  expect(train.journey?.inFlight.texts.size).toBe(1)
  supply.pushText('fail\nc')
  expect(await end()).toEqual(['A', 'TWICE', 'TWICE', 'B', 'C'])
  expect(train.accounts()[1]).toMatchObject({ in: 6, split: 1, out: 5, swallowed: 1, held: 0, diverted: 1 })
  expect(supply.acknowledged).toBe(6)
})

test.each([false, true])('a datum that fails fails here, as itself and as a whole (as text: %s)', async (isText) => {
  const { supply, end, dead } = await start()
  if (isText) supply.pushText('a\nhalf\nfail\nb')
  else supply.push('a', 'half', 'fail', 'b')
  expect(await end()).toEqual(['A', 'B'])
  expect(dead.map(({ cog, id, data, error }) => [cog, id, data, String(error.cause)])).toEqual([
    ['Parallel', 't1', 'half', 'RangeError: work: not half'],
    ['Parallel', 't2', 'fail', 'RangeError: work: not fail'],
  ])
  expect((dead[1]?.error.cause as Error).stack).toContain('stretches.mjs')
})

test('objects are cloned; settings reach the function', async () => {
  const { supply, end } = await start({ export: 'json', settings: { field: 'seen' } })
  supply.push('{"a":1}', '{"a":"two\\nlines"}')
  expect(await end()).toEqual([
    { a: 1, seen: true },
    { a: 'two\nlines', seen: true },
  ])
})

test('every worker works, and order is kept among them', async () => {
  const { supply, end } = await start({ export: 'whoami', workers: 2, batchMax: 1 })
  for (let n = 0; n < 200; n++) supply.push(n)
  const outputs = (await end()) as { n: number; threadId: number }[]
  expect(outputs.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n))
  expect(new Set(outputs.map(({ threadId }) => threadId)).size).toBe(2)
})

test('results of an unordered cog are put in order again', async () => {
  const { supply, end } = await start({ export: 'slow' })
  supply.push(1, 2, 3)
  expect(await end()).toEqual([1, 2, 3])
})

test('with ordered false nobody waits for another', async () => {
  const { supply, end } = await start({ ordered: false, workers: 2, batchMax: 1 })
  supply.push(...Array.from({ length: 50 }, (_, n) => `n${n}`))
  expect(new Set(await end()).size).toBe(50)
})

test.each(['die by exit', 'die by error'])(
  'a datum that kills its worker fails alone, the others come through (%s)',
  async (killer) => {
    const { supply, end, dead, log } = await start({ export: 'deadly', workers: 1 })
    supply.pushText(['a', 'b', killer, 'c', 'd'].join('\n'))
    supply.push('e')
    expect(await end()).toEqual(['a!', 'b!', 'c!', 'd!', 'e!'])
    expect(dead).toMatchObject([{ data: killer, error: { cause: { code: 'ERR_WORKER' } } }])
    const reason = killer === 'die by exit' ? 'process.exit(3) was called' : 'out of luck'
    expect((dead[0]?.error.cause as Error).message).toBe(`a worker died of it twice: ${reason}`)
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'a worker died: what it had is done again by a new one' }),
    )
    expect(supply.acknowledged).toBe(6)
  },
)

test('what a worker had that died by chance is done again, and nothing is lost or repeated', async () => {
  const { supply, end, dead } = await start({
    export: 'frail',
    settings: new SharedArrayBuffer(4),
    workers: 2,
    batchMax: 3,
  })
  supply.push(...Array.from({ length: 20 }, (_, n) => `n${n}`))
  expect(await end()).toEqual(Array.from({ length: 20 }, (_, n) => `n${n}`))
  expect(dead).toEqual([])
})

test('a worker that is stuck is replaced, and only what it is stuck in fails', async () => {
  const counter = new Int32Array(new SharedArrayBuffer(4))
  const rig = await start({ export: 'endless', settings: counter.buffer, workers: 1, taskTimeoutMs: 1000 })
  const { supply, end, dead, clock } = rig
  supply.pushText('a\nstuck\nb\nc')
  supply.push('d')
  const ended = end()
  const times = () => Atomics.load(counter, 0)
  // It is in the loop with the others, alone with its text, in a half of it, and by itself.
  for (let before = 0; dead.length === 0;) {
    await new Promise(setImmediate)
    if (times() === before) continue
    before = times()
    clock.advance(999)
    expect(times()).toBe(before)
    clock.advance(1)
  }
  expect(await ended).toEqual(['a', 'b', 'c', 'd'])
  expect(dead).toMatchObject([{ data: 'stuck', error: { cause: { code: 'ERR_WORKER' } } }])
  expect((dead[0]?.error.cause as Error).message).toBe('a worker died of it twice: it gave no answer within 1000 ms')
})

test('what can not be sent fails, in either direction, and nothing else', async () => {
  const { supply, end, dead } = await start({ export: 'functions' })
  supply.push(0, () => 0, 1, 2)
  expect(await end()).toEqual([0, 2])
  expect(dead.map(({ error }) => (error.cause as Error).message)).toEqual([
    expect.stringContaining('a datum that goes to a worker must be cloneable: '),
    expect.stringContaining('what came of it must be cloneable: '),
  ])
})

test('what cogs log in a worker is in the log of the train', async () => {
  const { supply, end, log } = await start({ export: 'logging' })
  supply.push('a')
  await end()
  expect(log).toContainEqual({
    level: 'info',
    message: 'took it',
    fields: { cog: 'Loud', data: 'a', err: expect.stringContaining('Error: why') },
  })
})

test('a stopped train gets back all that is under way', async () => {
  const { supply, train, outputs, ended } = await start({ workers: 2 })
  supply.pushText('a\nb')
  supply.push('c')
  void train.stop()
  await ended
  expect(outputs).toEqual(['A', 'B', 'C'])
})

test('supplies wait while too much is in the workers', async () => {
  const { supply, until, end } = await start({}, testTrain({ inFlightMax: 4 }))
  supply.pushText('a\nb\nc\nd\ne')
  expect(supply.paused).toBe(true)
  await until(5)
  expect(supply.paused).toBe(false)
  await end()
})

test('a module in TypeScript is loaded as an app is', async () => {
  const { supply, end } = await start({ module: new URL('../fixtures/stretch.ts', import.meta.url), workers: 1 })
  supply.push('a')
  expect(await end()).toEqual(['typed a'])
})

test.each([
  ['number', 'must export a function `number` that composes cogs: it is 7'],
  ['missing', 'must export a function `missing` that composes cogs: it is undefined'],
  ['nothing', '`nothing` of file:.* must give a list of cogs: it gave \\[\\]'],
  ['remembering', 'Dedupe remembers something from datum to datum, and in a worker would see only some of them'],
  ['failing', 'no stretch today'],
])('what can not run in a worker fails the start (%s)', async (name, message) => {
  await expect(start({ export: name })).rejects.toThrow(new RegExp(message))
})

test('data that become one in a worker are given up, with what to do', async () => {
  const { supply, end, dead } = await start({ export: 'gathering', workers: 1 })
  supply.push(1)
  await end()
  expect((dead[0]?.error.cause as Error).message).toContain('let that be done behind the stretch')
})

test('text goes on to a drain of lines in one piece', async () => {
  const rig = testTrain()
  const { train } = rig
  const supply = new TestSupply<string>(train, {})
  const texts: string[] = []
  const drain = Object.assign(new ManualDrain<string>(train), {
    takeText(text: string) {
      texts.push(text)
      drain.taken.push(...text.split('\n'))
    },
  })
  lineOf(train.line, supply, new Parallel(train, { module }), drain)
  const { ended } = await started(train)
  supply.pushText('a\nfail\ndrop\ntwice')
  supply.close()
  await ended
  expect(texts).toEqual(['A\nTWICE\nTWICE'])
  expect(drain.heard).toEqual(['t0', 't1', 't2', 't3'])
  expect(train.accounts().slice(1, 3)).toMatchObject([{ in: 4, split: 1, out: 3, diverted: 1 }, { in: 3 }])
  expect(supply.acknowledged).toBe(4)
})

test.each([true, false])(
  'whole chunks of bytes go over and come out as bytes (drain takes bytes: %s)',
  async (takesBytes) => {
    const rig = testTrain()
    const { train, dead } = rig
    const supply = new TestSupply<string>(train, {})
    const pieces: string[] = []
    const drain = new ManualDrain<string>(train)
    if (takesBytes)
      Object.assign(drain, {
        takeBytes(bytes: Buffer) {
          pieces.push(bytes.toString())
          drain.taken.push(...bytes.toString().split('\n'))
        },
      })
    lineOf(train.line, supply, new Parallel(train, { module }), drain)
    const { ended } = await started(train)
    supply.pushRaw(Buffer.from('a\nfail\ndrop\ntwice'))
    supply.pushRaw(Buffer.from('zwölf'))
    expect(train.journey?.inFlight.texts.size).toBe(2)
    supply.close()
    await ended
    expect(pieces).toEqual(takesBytes ? ['A\nTWICE\nTWICE', 'ZWÖLF'] : [])
    expect(drain.taken).toEqual(['A', 'TWICE', 'TWICE', 'ZWÖLF'])
    expect(dead.map(({ id, data }) => [id, data])).toEqual([['t1', 'fail']])
    expect(supply.acknowledged).toBe(5)
  },
)

test('of bytes, too, only what kills its worker fails', async () => {
  const { supply, end, dead } = await start({ export: 'deadly', workers: 1 })
  supply.pushRaw(Buffer.from(['a', 'b', 'die by exit', 'c', 'd'].join('\n')))
  expect(await end()).toEqual(['a!', 'b!', 'c!', 'd!'])
  expect(dead).toMatchObject([{ data: 'die by exit', error: { cause: { code: 'ERR_WORKER' } } }])
})

test('what is in workers goes over to the train that takes the work over: every line comes once', async () => {
  const directory = temporary()
  const [input, output] = [join(directory, 'in.log'), join(directory, 'out.log')]
  writeFileSync(input, 'one\ntwo\n')
  const checkpoints = new MemoryCheckpoints()
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const make = () => {
    const { train } = testTrain({ checkpoints })
    const supply = new FileWatcherSupply(train, { filenames: [input], tail: false })
    const parallel = new Parallel(train, { module, export: 'gated', settings: gate.buffer })
    lineOf(train.line, supply, parallel, new LineDrain(train, { path: output }))
    return train
  }
  const [first, second] = [make(), make()]
  const { ended } = await started(first)
  while (first.journey?.inFlight.texts.size !== 1) await new Promise(setImmediate)
  const leaving = first.leaveTo(second)
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
  expect(await leaving).toBe('carried')
  await ended
  appendFileSync(input, 'three\n')
  const going = await started(second)
  while (readFileSync(output, 'utf8').split('\n').length < 4) await new Promise(setImmediate)
  await second.stop()
  await going.ended
  expect(readFileSync(output, 'utf8')).toBe('one\ntwo\nthree\n')
})

test('while somebody looks on, data come one by one, and order is kept across the change', async () => {
  const { supply, train, end } = await start()
  const seen: unknown[] = []
  supply.pushText('a\nb')
  const stop = train.observer?.tap(1, (data) => seen.push(data))
  supply.pushText('c\nd')
  stop?.()
  supply.pushRaw(Buffer.from('e\nf'))
  expect([seen, train.journey?.inFlight.texts.size, train.journey?.inFlight.count]).toEqual([['c', 'd'], 2, 6])
  expect(await end()).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
})

test('what is in a worker is in check-points', async () => {
  const checkpoints = new MemoryCheckpoints()
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const { supply, train, end } = await start({ export: 'gated', settings: gate.buffer }, testTrain({ checkpoints }))
  supply.pushText('a\nb')
  await new Promise((resolve) => train.checkpoint(resolve))
  expect((JSON.parse(checkpoints.record ?? '') as { values: unknown }).values).toEqual([
    { cog: 'Parallel', data: 'a' },
    { cog: 'Parallel', data: 'b' },
  ])
  Atomics.store(gate, 0, 1)
  Atomics.notify(gate, 0)
  await end()
})

test('options are checked at once', () => {
  const { train } = testTrain()
  const make = (options: object) => () => new Parallel(train, { module, ...options })
  expect(make({ workers: 0 })).toThrow('workers must be at least 1: it is 0')
  expect(make({ heapBytesMax: 5 })).toThrow('heapBytesMax must be at least 16777216: it is 5')
  expect(make({ taskTimeoutMs: 0 })).toThrow('taskTimeoutMs must be at least 1: it is 0')
  expect(make({ module: './work.js' })).toThrow(
    "module must be a URL (new URL('./work.js', import.meta.url)) or an absolute path",
  )
  expect(new Parallel(train, { module: '/opt/a b.js' }).options.module).toBe('file:///opt/a%20b.js')
})

test('it keeps its promises', async () => {
  const data = ['a', 'twice', 'drop', 'fail', 'b', 'half', 'c', 'd', 'e', 'f']
  const report = await checkCog((train) => new Parallel(train, { module, workers: 2, batchMax: 3 }), data, {
    runs: 12,
    waitMs: 60_000,
  })
  expect([report.out > 0, report.failed > 0]).toEqual([true, true])
})
