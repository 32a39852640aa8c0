import { afterEach, expect, test } from '@jest/globals'
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { native } from 'inotify-ts/native'
import { BufferCog, type BufferOptions } from '../../cogs/buffer-cog.js'
import { FileWatcherSupply } from '../../cogs/file-watcher-supply.js'
import { LineDrain } from '../../cogs/line-drain.js'
import { StdinSupply } from '../../cogs/stdin-supply.js'
import { dropSegment, isSegmentName, readSegment } from '../../lib/files/segment.js'
import {
  Cog,
  Train,
  one,
  silentLogger,
  unordered,
  type DeadLetter,
  type Drain,
  type TrainOptions,
} from '../../lib/movement/index.js'
import { TestSupply, testTrain } from '../../lib/testing/index.js'
import { ListDrain, MemoryCheckpoints } from '../support/crash-train/world.js'
import { Keep, ManualDrain, lineOf } from '../support/engine-kit.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'buffer-'))
  cleanups.push(() => rmSync(directory, { recursive: true }))
  return directory
}

interface Setting extends Partial<BufferOptions<unknown>> {
  readonly train?: TrainOptions
  /** Stages before and behind the queue. */
  readonly before?: readonly unknown[]
  readonly behind?: (train: Train) => readonly unknown[]
}

/** A train: a supply that a test pushes, the queue, stages, and a drain that writes when it is told. */
function start({ train: options = {}, before = [], behind = () => [], ...settings }: Setting = {}) {
  const rig = testTrain(options)
  const { train, esc, clock } = rig
  const directory = settings.directory ?? join(temporary(), 'queue')
  let supply!: TestSupply<unknown>
  const buffer = new BufferCog<unknown>(train, {
    upstream: (inner, queue) => {
      supply = new TestSupply(inner, {})
      lineOf(inner.line, supply, ...before, queue)
    },
    ...settings,
    directory,
  })
  const drain = new ManualDrain(train)
  lineOf(train.line, buffer, ...behind(train), drain)
  const running = train.run({ signals: false })
  running.catch(() => undefined) // The test looks at it later.
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await turn()
  }
  const stop = async () => {
    await train.stop()
    await running.catch(() => undefined)
  }
  cleanups.unshift(async () => {
    await stop()
    esc.close()
  })
  return {
    ...{ ...rig, directory, supply, buffer, drain, running, until, stop },
    /** Resolves when what was pushed is in the queue. */
    kept: (count: number) => until(() => supply.acknowledged >= count),
    /** Let the drain write, and the cursor be stored. */
    flush: () => {
      drain.flush()
      clock.advance(100)
    },
    files: () => readdirSync(directory).sort(),
    started: () => until(() => buffer.upstream.journey !== null && readdirSync(directory).includes('cursor')),
  }
}

async function running(setting: Setting = {}) {
  const rig = start(setting)
  await rig.esc.waitIdle()
  return rig
}

/** Whether each account balances. */
function balances(train: Train): boolean {
  return train
    .accounts()
    .every(({ in: came, split, out, swallowed, merged, held, diverted }) =>
      Object.is(came + split, out + swallowed + merged + held + diverted),
    )
}

test('what comes is acknowledged once it is in the queue, comes out in order, and is gone when it is drained', async () => {
  const { supply, drain, kept, until, flush, files, buffer, stop } = await running()
  const data = [{ n: 1, word: 'größe' }, 'text', [1, null, true], 4.5]
  supply.push(...data)
  expect(supply.acknowledged).toBe(0)
  await kept(4)
  await until(() => drain.taken.length === 4)
  expect(drain.taken).toEqual(data)
  flush()
  await stop()
  expect([files(), buffer.progress()]).toEqual([['cursor'], { bytes: 0, dropped: 0 }])
})

test('each datum of the queue is an event of its own, with ids that no event before the queue has', async () => {
  const { supply, drain, until, flush } = await running()
  supply.push('a', 'b')
  supply.push('c')
  await until(() => drain.taken.length === 3)
  flush()
  expect(drain.heard).toEqual(['t0', 't1', 't2'])
})

test('what was not over comes again in the next run, and what was does not', async () => {
  const first = await running()
  first.supply.push(1)
  await first.until(() => first.drain.taken.length === 1)
  first.flush()
  first.supply.push(2, 3)
  await first.until(() => first.drain.taken.length === 3)
  first.drain.finish = () => undefined
  await first.stop()
  const second = await running({ directory: first.directory })
  second.supply.push(4)
  await second.until(() => second.drain.taken.length === 3)
  expect(second.drain.taken).toEqual([2, 3, 4])
})

test('a train that is stopped leaves what is in the queue to the next run, and binds nothing more', async () => {
  const { supply, buffer, drain, kept, clock, directory, train, esc, running: ran } = await running()
  buffer.pause()
  supply.push(1, 2, 3)
  await kept(3)
  supply.push(4)
  await train.stop()
  await ran
  expect([drain.taken, supply.acknowledged]).toEqual([[], 4])
  await clock.runUntilIdle()
  expect(esc.idle).toBe(true)
  const next = await running({ directory })
  await next.until(() => next.drain.taken.length === 4)
  expect(next.drain.taken).toEqual([1, 2, 3, 4])
})

test('once a train is to stop, nothing more comes out, and every descriptor is let go', async () => {
  const { supply, buffer, drain, directory, train, kept, until } = await running()
  supply.push('first')
  await until(() => drain.taken.length === 1)
  buffer.pause()
  for (let i = 0; i < 40; i++) supply.push(`${i}`.padEnd(50_000))
  await kept(41)
  const turns = async () => {
    for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  Object.assign(supply, { finish: turns })
  buffer.resume()
  await train.stop()
  expect(drain.taken).toEqual(['first'])
  const descriptors = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return '' // That of reading the directory itself.
    }
  })
  expect(descriptors.filter((path) => path.startsWith(directory))).toEqual([])
})

test('when what stands before it has ended, the queue is emptied and the train ends by itself', async () => {
  const { supply, drain, running: ran, files } = await running()
  const data = Array.from({ length: 10_000 }, (_, i) => `line ${i}`)
  supply.push(...data)
  supply.close()
  await ran
  expect(drain.taken).toEqual(data)
  expect(files()).toEqual(['cursor'])
})

test('what cogs before the queue still held at their end comes through, too', async () => {
  class Last extends Cog<unknown> {
    private bundle!: ReturnType<Cog<unknown>['train']['bundle']>

    override start(): void {
      this.bundle = this.train.bundle()
    }

    turn(): null {
      this.bundle.add()
      return null
    }

    override finish(): void {
      this.bundle.give(this.bundle.size)
    }
  }
  const rig = testTrain()
  const drain = new ManualDrain(rig.train)
  let supply!: TestSupply<unknown>
  const buffer = new BufferCog<unknown>(rig.train, {
    directory: temporary(),
    upstream: (inner, queue) => lineOf(inner.line, (supply = new TestSupply(inner, {})), new Last(inner, {}), queue),
  })
  lineOf(rig.train.line, buffer, drain)
  const ran = rig.train.run({ signals: false })
  await rig.esc.waitIdle()
  supply.push(1, 2, 3)
  supply.close()
  await ran
  rig.esc.close()
  expect(drain.taken).toEqual([3])
})

test('lines of the standard input come to a file whole, and leave an empty queue', async () => {
  const directory = temporary()
  const { train, esc } = testTrain()
  const stream = new PassThrough()
  const path = join(directory, 'out.log')
  train.line(
    new BufferCog<string>(train, {
      directory: join(directory, 'queue'),
      upstream: (inner, queue) => inner.line(new StdinSupply(inner, { stream }), queue),
    }),
    one((line) => line.toUpperCase()),
    new LineDrain(train, { path }),
  )
  const ran = train.run({ signals: false })
  const text = Array.from({ length: 30_000 }, (_, i) => `line ${i} größe\n`).join('')
  stream.end(text)
  await ran
  esc.close()
  expect(readFileSync(path, 'utf8') === text.toUpperCase()).toBe(true)
  expect(readdirSync(join(directory, 'queue'))).toEqual(['cursor'])
})

test('a train that is full reads nothing from the queue, and what stands before it goes on', async () => {
  const { supply, buffer, drain, train, esc, kept, until } = await running()
  drain.isFull = true
  supply.push('a')
  await until(() => drain.taken.length === 1)
  expect([buffer.paused, supply.paused]).toEqual([true, false])
  supply.push('b')
  await kept(2)
  await esc.waitIdle()
  expect([drain.taken, supply.paused]).toEqual([['a'], false])
  drain.isFull = false
  drain.flush()
  await until(() => drain.taken.length === 2)
  expect(balances(train)).toBe(true)
})

test('pause: a full queue makes what stands before it wait, nobody behind it, until there is room', async () => {
  const { supply, buffer, drain, kept, until, flush } = await running({ maxBytes: 4096 })
  drain.isFull = true
  supply.push('x'.repeat(3000))
  await kept(1)
  supply.push('y'.repeat(3000))
  await kept(2)
  expect([supply.paused, buffer.paused, buffer.progress().bytes]).toEqual([true, true, 6028])
  drain.isFull = false
  drain.flush()
  await until(() => drain.taken.length === 2)
  expect([supply.paused, buffer.paused]).toEqual([true, false])
  flush()
  expect([supply.paused, buffer.progress().bytes]).toEqual([false, 0])
})

test('divert: what comes to a full queue becomes a dead letter of the train, with the reason', async () => {
  const { supply, drain, kept, until, dead, directory, flush } = await running({ maxBytes: 4096, whenFull: 'divert' })
  drain.isFull = true
  supply.push('x'.repeat(5000))
  await kept(1)
  supply.push('one', { two: 2 })
  await kept(3)
  const message = `the queue in ${directory} must be below maxBytes (4096) to take more: it has 5014`
  expect(dead.map(({ cog, data, error }) => [cog, data, (error.cause as Error).message])).toEqual([
    ['BufferCog', 'one', message],
    ['BufferCog', '{"two":2}', message],
  ])
  drain.isFull = false
  drain.flush()
  await until(() => drain.taken.length === 1)
  flush()
  supply.push('three')
  await until(() => drain.taken.length === 2)
  expect(drain.taken[1]).toBe('three')
})

test('dropOldest: the oldest gives way, never what is under way, and the count is told', async () => {
  const { supply, buffer, drain, log, kept, until, stop } = await running({ maxBytes: 4096, whenFull: 'dropOldest' })
  drain.isFull = true
  const data = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(100))
  supply.push(data[0])
  await until(() => drain.taken.length === 1)
  for (let i = 1; i < 100; i++) {
    supply.push(data[i])
    await kept(i + 1)
  }
  const { dropped, bytes } = buffer.progress()
  expect([supply.paused, dropped > 50, bytes < 4400]).toEqual([false, true, true])
  drain.isFull = false
  drain.flush()
  await until(() => drain.taken.at(-1) === data[99])
  expect(drain.taken.length).toBe(100 - dropped)
  expect(drain.taken[0]).toBe(data[0])
  expect(log).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      message: expect.stringMatching(/dropped the \d oldest records that nobody had; \d so far/),
    }),
  )
  await stop()
  expect(log.at(-1)).toMatchObject({
    level: 'warn',
    fields: { dropped },
    message: expect.stringMatching(new RegExp(`dropped \\d+ more records that nobody had; ${dropped} so far$`)),
  })
})

test('a queue of which all gave way is empty, and a train whose upstream has ended then ends', async () => {
  const { supply, buffer, kept, stop, directory } = await running({ maxBytes: 4096, whenFull: 'dropOldest' })
  buffer.pause()
  for (let i = 0; i < 100; i++) {
    supply.push(`${i}`.padEnd(100))
    await kept(i + 1)
  }
  await stop()
  for (const name of readdirSync(directory).filter(isSegmentName)) {
    const segment = readSegment(join(directory, name))!
    if (!segment.isDropped) dropSegment(segment, false)
  }
  const next = await running({ directory })
  next.supply.close()
  await next.running
  expect([next.drain.taken, next.files()]).toEqual([[], ['cursor']])
})

test.each([true, false])(
  'what is not JSON fails alone, and becomes a dead letter that says why, with the input as it came (compiled: %s)',
  async (isCompiled) => {
    const { supply, drain, dead, until, kept, train, buffer } = await running({ train: { isCompiled } })
    supply.original = () => Buffer.from('as it came')
    supply.provenance = () => ({ file: '/a', offset: 7 })
    supply.push('before', { at: new Date(0) }, undefined, 'a\nb', 'behind')
    await kept(5)
    await until(() => drain.taken.length === 3)
    expect(drain.taken).toEqual(['before', 'a\nb', 'behind'])
    expect(dead).toMatchObject([
      {
        data: '{"at":"1970-01-01T00:00:00.000Z"}',
        original: Buffer.from('as it came'),
        from: { supply: 'BufferCog', file: '/a', offset: 7 },
        error: { cause: { message: 'a datum must be JSON to be kept: its "at" is a Date' } },
      },
      { data: 'undefined', error: { cause: { message: 'a datum must be JSON to be kept: it is undefined' } } },
    ])
    expect([balances(train), balances(buffer.upstream)]).toEqual([true, true])
    expect(train.accounts()[0]).toMatchObject({ cog: 'BufferCog', in: 5, out: 3, diverted: 2 })
  },
)

test('what fails in a cog before the queue becomes a dead letter that names the cog', async () => {
  const fail = one(() => {
    throw new Error('no')
  })
  const { supply, dead, kept } = await running({ before: [fail] })
  supply.push('a')
  await kept(1)
  expect(dead).toMatchObject([
    { cog: 'BufferCog', data: 'a', error: { cause: { message: expect.stringMatching(/failed on u.*: no$/) } } },
  ])
})

test('an event before the queue is over only when its dead letter is written', async () => {
  const { esc } = testTrain()
  const train = new Train(esc, { log: silentLogger })
  const letters = new ManualDrain(train)
  let supply!: TestSupply<unknown>
  const buffer = new BufferCog<unknown>(train, {
    directory: temporary(),
    upstream: (inner, queue) => inner.line((supply = new TestSupply<unknown>(inner, {})), queue),
  })
  const drain = new ManualDrain(train)
  lineOf(train.line, buffer, drain)
  train.deadLettersTo(letters)
  const ran = train.run({ signals: false })
  await esc.waitIdle()
  supply.push('good', NaN)
  supply.push(undefined)
  supply.push('good')
  await esc.waitIdle()
  expect([drain.taken, letters.taken.length, supply.acknowledged]).toEqual([['good', 'good'], 2, 1])
  letters.flush(1)
  expect(supply.acknowledged).toBe(3)
  letters.flush()
  expect(supply.acknowledged).toBe(4)
  supply.close()
  await ran
  esc.close()
})

test('where failures stop a train, what is not JSON stops it', async () => {
  const { supply, running: ran } = await running({ train: { onError: 'stop' } })
  supply.push(NaN)
  await expect(ran).rejects.toThrow(/a datum must be JSON to be kept: it is NaN/)
  expect(supply.acknowledged).toBe(0)
})

test('what failed behind the queue keeps its input as it lay in the queue', async () => {
  const { supply, dead, until } = await running({
    behind: () => [
      one((data: unknown) => {
        if (data === 'two') throw new Error('not this one')
        return data
      }),
    ],
  })
  supply.push('one', 'two', 'three')
  await until(() => dead.length === 1)
  expect(dead[0]?.original?.toString()).toBe('"two"')
})

test('the accounts balance, also of what is held', async () => {
  const { supply, train, buffer, until, drain } = await running({ behind: (inner) => [new Keep<unknown>(inner, {})] })
  const keep = train.wind().places[1]?.occupant as unknown as Keep<unknown>
  supply.push('a', 'b')
  await until(() => keep.holds.length === 2)
  expect([balances(train), balances(buffer.upstream)]).toEqual([true, true])
  expect(train.accounts().map(({ cog, in: came, held }) => [cog, came, held])).toEqual([
    ['BufferCog', 2, 0],
    ['Keep', 2, 2],
    ['ManualDrain', 0, 0],
    ['function', 0, 0],
    ['Outlet', 0, 0],
  ])
  keep.resume(['a'])
  keep.resume(null)
  expect([balances(train), drain.taken]).toEqual([true, ['a']])
})

test('a half-written record is cut off with a line in the log; a damaged one stops the train with its place', async () => {
  const first = await running()
  first.buffer.pause()
  first.supply.push('one', 'two')
  await first.kept(2)
  await first.stop()
  const path = join(first.directory, 'segment-0000000000000000')
  const bytes = readFileSync(path)
  truncateSync(path, bytes.length - 1)
  const second = await running({ directory: first.directory })
  await second.until(() => second.drain.taken.length === 1)
  expect(second.log).toMatchObject([
    { level: 'warn', message: expect.stringMatching(/^.* ended within a record: 16 bytes/) },
  ])
  second.drain.finish = () => undefined
  await second.stop()
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(path, bytes)
  const third = await running({ directory: first.directory })
  await expect(third.running).rejects.toMatchObject({
    name: 'SourceError',
    code: 'ERR_QUEUE',
    message: expect.stringMatching(
      `^${path} is damaged at byte 96: the text of a record does not fit its checksum; put back`,
    ),
  })
  expect(third.drain.taken).toEqual(['one'])
})

const withLocks = native === null ? () => undefined : test // Without the binding there is no lock.
withLocks('one run at a time may have a queue', async () => {
  const { directory } = await running()
  await expect(start({ directory }).running).rejects.toMatchObject({ name: 'SourceError', code: 'ERR_IN_USE' })
})

test('a supply before the queue that cannot start, or fails later, stops the train with its error', async () => {
  const early = start({
    upstream: (inner, queue) => {
      const supply = new TestSupply<unknown>(inner, {})
      supply.start = () => {
        throw new Error('no socket')
      }
      inner.line(supply, queue)
    },
  })
  await expect(early.running).rejects.toThrow('no socket')
  const stream = new PassThrough()
  const late = start({ upstream: (inner, queue) => inner.line(new StdinSupply(inner, { stream }), queue) })
  await late.esc.waitIdle()
  stream.destroy(Object.assign(new Error('gone'), { code: 'EIO' }))
  await expect(late.running).rejects.toThrow('cannot read the standard input: gone')
})

test('passes on that files are to be opened anew', async () => {
  const { train, supply } = await running()
  let count = 0
  Object.assign(supply, { reopen: () => (count += 1) })
  train.notify('reopen')
  expect(count).toBe(1)
})

test('refuses settings that make no sense, and an upstream that leads elsewhere', async () => {
  const directory = temporary()
  const upstream = (inner: Train) => inner.line(new TestSupply<unknown>(inner, {}))
  const make = (options: Partial<BufferOptions<unknown>>) =>
    new BufferCog<unknown>(testTrain().train, { directory, upstream, ...options })
  expect(() => make({ maxBytes: 4095 })).toThrow('maxBytes must be at least 4096: it is 4095')
  expect(() => make({ segmentBytes: 511 })).toThrow('segmentBytes must be at least 512: it is 511')
  expect(() => make({ cursorMs: 0 })).toThrow('cursorMs must be at least 1: it is 0')
  expect(() => make({ retriesMax: -1 })).toThrow('retriesMax must be at least 0: it is -1')
  expect(() => make({ upstream: 'stdin' as never })).toThrow('upstream must be a function: it is')
  await expect(start({ upstream }).running).rejects.toThrow(
    'upstream must end a line in the queue that it is given: none of its lines leads there',
  )
  const follow = (inner: Train, queue: Drain<string>) =>
    inner.line(new FileWatcherSupply(inner, { filenames: ['/var/log/a.log'] }), queue)
  await expect(start({ upstream: follow }).running).rejects.toThrow(
    'FileWatcherSupply can supply again what it gave, and needs no queue: let it lead into the train itself',
  )
})

/** Takes over from the one before, as a socket does. */
class SocketSupply extends TestSupply<unknown> {
  predecessor: SocketSupply | null = null

  inherit(predecessor: this): void {
    this.predecessor = predecessor
    predecessor.push('bad 3') // The last that comes there.
  }
}

test.each([
  ['is held', true],
  ['comes meanwhile', false],
])('a reload hands over the sockets before the queue, and loses no dead letter that %s', async (_, isHeld) => {
  const { esc, clock } = testTrain()
  cleanups.push(() => esc.close())
  const directory = temporary()
  const checkpoints = new MemoryCheckpoints()
  const written: unknown[] = []
  const drained: unknown[] = []
  const held: (() => void)[] = []
  const make = (isHolding: boolean) => {
    const train = new Train(esc, { log: silentLogger, checkpoints })
    let supply!: SocketSupply
    const refuseBad = (data: unknown): unknown[] => {
      if (String(data).startsWith('bad')) throw new Error('bad')
      return [data]
    }
    const upstream = (inner: Train, queue: Drain<unknown>) =>
      lineOf(inner.line, (supply = new SocketSupply(inner, {})), refuseBad, queue)
    const buffer = new BufferCog<unknown>(train, { directory, upstream })
    lineOf(train.line, buffer, new ListDrain(train, drained, { isOver: false }, { isEager: true }))
    const hold = unordered(async (letter: DeadLetter) => {
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve))
      return [letter.data]
    })
    lineOf(train.deadLettersTo.bind(train), hold, new ListDrain(train, written, { isOver: false }, { isEager: true }))
    return { train, supply, running: () => train.run({ signals: false }) }
  }
  const first = make(isHeld)
  const over = first.running()
  await esc.waitIdle()
  first.supply.push('good', 'bad 1')
  await esc.waitIdle()
  const second = make(false)
  const leaving = first.train.leaveTo(second.train)
  first.supply.push('bad 2')
  await esc.waitIdle()
  for (const letGo of held) letGo()
  await esc.waitIdle()
  clock.advance(100)
  expect(await leaving).toBe('carried')
  await over
  expect(second.supply.predecessor).toBe(first.supply)
  const going = second.running()
  await esc.waitIdle()
  second.supply.push('later')
  second.supply.close()
  await going
  expect([drained, written]).toEqual([
    ['good', 'later'],
    ['bad 1', 'bad 2', 'bad 3'],
  ])
})
