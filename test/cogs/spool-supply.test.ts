import { afterEach, expect, test } from '@jest/globals'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SpoolSupply, type SpoolSupplyOptions } from '../../cogs/spool-supply.js'
import { Drain, itemSetter } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { passTime } from '../support/pass-time.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Keeps what it takes; tells that it is written only when it is told to. */
class Shelf extends Drain<unknown> {
  readonly taken: unknown[] = []
  flushed = 0

  take(data: unknown): void {
    this.taken.push(data)
  }

  position(): number {
    return this.taken.length
  }

  write(): void {
    this.flushed = this.taken.length
    this.train.flushed(this)
  }

  finish(): void {
    this.write()
  }
}

function start<Out = string>(
  options: Partial<SpoolSupplyOptions<Out>> = {},
  prepare: (directory: string) => void = () => undefined,
) {
  const root = mkdtempSync(join(tmpdir(), 'spool-'))
  const directory = join(root, 'in')
  mkdirSync(directory)
  prepare(directory)
  const { train, esc, log, clock } = testTrain()
  const { doneDirectory } = options
  const done = typeof doneDirectory === 'string' ? { doneDirectory: join(root, doneDirectory) } : {}
  const supply = new SpoolSupply<Out>(train, { ...options, directory, ...done })
  const shelf = new Shelf(train, {})
  ;(train.line as (...stages: unknown[]) => unknown)(supply, shelf)
  const running = train.run({ signals: false })
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      if (!esc.inotify) passTime(clock, 1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  cleanups.push(async () => {
    await train.stop()
    await running
    esc.close()
    rmSync(root, { recursive: true, force: true })
  })
  const path = (name: string) => join(directory, name)
  const moveIn = (name: string, text: string | Buffer) => {
    writeFileSync(join(root, name), text)
    renameSync(join(root, name), path(name))
  }
  return { root, directory, train, esc, clock, log, supply, shelf, until, path, moveIn }
}

test('reads what is there in order of names, then what is moved in, and removes a file when all of it is over', async () => {
  const { shelf, until, moveIn, directory } = start({}, (directory) => {
    writeFileSync(join(directory, 'b'), '3\n')
    writeFileSync(join(directory, 'a'), '1\n2')
  })
  await until(() => shelf.taken.length === 3)
  moveIn('c', '4\n')
  await until(() => shelf.taken.length === 4)
  expect(shelf.taken).toEqual(['1', '2', '3', '4'])
  expect(readdirSync(directory).sort()).toEqual(['a', 'b', 'c'])
  shelf.write()
  await until(() => readdirSync(directory).length === 0)
})

test('reads what is there in order of time, if it is told to', async () => {
  const { shelf, until } = start({ order: 'mtime' }, (directory) => {
    for (const [name, time] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const) {
      writeFileSync(join(directory, name), `${name}\n`)
      utimesSync(join(directory, name), time, time)
    }
  })
  await until(() => shelf.taken.length === 3)
  expect(shelf.taken).toEqual(['b', 'c', 'a'])
})

test('moves what is over to another directory, if it is told to', async () => {
  const { shelf, until, moveIn, root, path } = start({ doneDirectory: 'done' })
  await until(() => existsSync(join(root, 'done')))
  moveIn('a', '')
  moveIn('b.gz', gzipSync('1\n2\n'))
  await until(() => shelf.taken.length === 2)
  shelf.write()
  await until(() => existsSync(join(root, 'done/b.gz')))
  expect([existsSync(path('b.gz')), readdirSync(join(root, 'done')).sort()]).toEqual([false, ['a', 'b.gz']])
})

test('leaves temporary names and directories alone', async () => {
  const { shelf, until, moveIn, path } = start()
  for (const name of ['.a', 'tmp1', 'b.tmp', 'c.part', 'd~']) moveIn(name, 'no\n')
  mkdirSync(path('e'))
  moveIn('f', 'yes\n')
  await until(() => shelf.taken.length === 1)
  expect(shelf.taken).toEqual(['yes'])
})

test('reads a file once its writer closes it, if it is told to', async () => {
  const { shelf, until, path, esc } = start({ ready: 'closed' })
  await esc.waitIdle()
  appendFileSync(path('a'), '1\n')
  await until(() => shelf.taken.length === 1)
})

test('makes data of lines with the setters that it is given', async () => {
  const { shelf, until, moveIn, path } = start<object>({
    lineSetter: itemSetter('line'),
    filenameSetter: itemSetter('from'),
  })
  moveIn('a', '1\n')
  await until(() => shelf.taken.length === 1)
  expect(shelf.taken).toEqual([{ line: '1', from: path('a') }])
})

test('leaves a file that cannot be read where it is, says so, and goes on', async () => {
  const { shelf, until, moveIn, log, path } = start({}, (directory) => {
    writeFileSync(join(directory, 'bad.gz'), gzipSync('1\n').subarray(0, 12))
  })
  moveIn('good', '2\n')
  await until(() => shelf.taken.includes('2'))
  shelf.write()
  await until(() => !existsSync(path('good')))
  expect(log.filter(({ level }) => level === 'error')).toMatchObject([
    { level: 'error', message: expect.stringMatching(/cannot read .*bad\.gz.*left where it is/) },
  ])
  expect(existsSync(path('bad.gz'))).toBe(true)
})
