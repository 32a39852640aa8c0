import { afterEach, expect, test } from '@jest/globals'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { SpoolSupply, type SpoolSupplyOptions } from '../../cogs/spool-supply.js'
import type { FilesMark } from '../../lib/files/file-mark.js'
import { SourceError, type Json } from '../../lib/movement/index.js'
import { testTrain } from '../../lib/testing/index.js'
import { Holder, Shelf } from '../support/log-world.js'
import { passTime } from '../support/pass-time.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A spool, and runs over it, each but the first behind a mark. Check-points are stored when `store` is called. */
function spool(options: Partial<SpoolSupplyOptions<string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'spool-'))
  cleanups.push(() => rmSync(root, { recursive: true, force: true }))
  const directory = join(root, 'in')
  mkdirSync(directory)
  const path = (name: string) => join(directory, name)
  const moveIn = (name: string, text: string | Buffer) => {
    writeFileSync(join(root, name), text)
    renameSync(join(root, name), path(name))
  }
  const names = () => readdirSync(directory).sort()
  const run = (mark: Json | null = null) => {
    const { train, esc, clock, log } = testTrain()
    const waiting: ((isStored: boolean) => void)[] = []
    train.checkpoint = (then) => void waiting.push(then)
    const supply = new SpoolSupply(train, { ...options, directory })
    const [shelf, holder] = [new Shelf(train, {}), new Holder(train, {})]
    train.line(supply, holder, shelf)
    train.wind()
    const continued = mark === null ? Promise.resolve() : supply.continueFrom(mark)
    let running: Promise<unknown> | null = null
    const until = async (isTrue: () => boolean) => {
      running ??= train.run({ signals: false })
      while (!isTrue()) {
        if (!esc.inotify) passTime(clock, 1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const quiet = async () => {
      for (let i = 0; i < 50; i++) await until(() => true)
      for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
    }
    const kill = async () => {
      const left = JSON.parse(JSON.stringify(supply.mark())) as FilesMark
      await train.stop()
      await running
      esc.close()
      return left
    }
    cleanups.push(async () => {
      await train.stop()
      esc.close()
    })
    const store = () => waiting.splice(0).forEach((then) => then(true))
    /** Wait until files are to be put away as soon as a check-point is stored. */
    const asked = () => until(() => waiting.length > 0)
    const over = () => until(() => (supply.mark() as FilesMark).files.every((file) => file.over === true))
    const messages = () => log.map(({ level, message }) => `${level}: ${message}`)
    return { continued, supply, shelf, holder, until, quiet, asked, over, kill, store, messages }
  }
  return { root, directory, path, moveIn, names, run }
}

test.each(['a', 'a.gz'])('goes on in the middle of %s, and removes it at its end', async (name) => {
  const { moveIn, names, run } = spool({ chunkBytes: 512 })
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`)
  const text = lines.join('\n')
  moveIn(name, name === 'a' ? text : gzipSync(text))
  const first = run()
  await first.until(() => first.shelf.taken.length > 100)
  first.supply.pause()
  const mark = await first.kill()
  const { taken } = first.shelf
  expect(taken.length).toBeLessThan(20_000)
  const second = run(mark)
  await second.until(() => taken.length + second.shelf.taken.length >= 20_000)
  expect([...taken, ...second.shelf.taken]).toEqual(lines)
  await second.until(() => {
    second.store()
    return names().length === 0
  })
})

test('puts a file away only once a check-point says that all of it is over', async () => {
  const { moveIn, names, run } = spool()
  moveIn('a', 'one\n')
  moveIn('b', 'two\n')
  const { shelf, until, quiet, asked, store } = run()
  await until(() => shelf.taken.length === 2)
  await asked()
  await quiet()
  expect(names()).toEqual(['a', 'b'])
  store()
  await until(() => names().length === 1)
  await asked()
  await quiet()
  expect(names()).toEqual(['b']) // It was over only after that check-point was asked for.
  store()
  await until(() => names().length === 0)
})

test('does not read again what was put before it could be removed, but removes it', async () => {
  const { moveIn, names, run } = spool()
  moveIn('a', 'one\n')
  const first = run()
  await first.until(() => first.shelf.taken.length === 1)
  await first.over()
  const mark = await first.kill()
  expect([names(), mark.files]).toMatchObject([['a'], [{ offset: 4, over: true }]])
  moveIn('b', 'two\n')
  const second = run(mark)
  await second.until(() => {
    second.store()
    return names().length === 0
  })
  expect(second.shelf.taken).toEqual(['two'])
})

test('keeps a file until what was held of it is over, too', async () => {
  const { moveIn, names, run } = spool()
  moveIn('a', 'one\nhold 1\n')
  const first = run()
  await first.until(() => first.holder.holds.length === 1)
  const open = first.holder.open(first.supply)
  await first.over()
  const mark = await first.kill()
  const second = run(mark)
  for (const { origin, ks } of open) await second.supply.supplyAgain(origin, ks)
  expect(second.holder.holds.map(({ data }) => data)).toEqual(['hold 1'])
  await second.quiet()
  second.store()
  await second.quiet()
  expect([names(), second.shelf.taken]).toEqual([['a'], []])
  second.holder.finish()
  await second.until(() => {
    second.store()
    return names().length === 0
  })
  expect(second.shelf.taken).toEqual(['hold 1'])
})

test('keeps a file while what was held of it still goes in, though what went in before is over', async () => {
  const { moveIn, names, run } = spool({ chunkBytes: 512 })
  moveIn('a', `hold 1\n${'x\n'.repeat(400)}hold 2\n`)
  const first = run()
  await first.until(() => first.holder.holds.length === 2)
  const open = first.holder.open(first.supply)
  await first.over()
  const second = run(await first.kill())
  expect(open).toHaveLength(2)
  for (const { origin, ks } of open) {
    await second.supply.supplyAgain(origin, ks)
    if (origin === open[0]?.origin) second.holder.finish()
    second.store()
  }
  await second.quiet()
  second.store()
  await second.quiet()
  expect([names(), second.shelf.taken]).toEqual([['a'], ['hold 1']])
  second.holder.finish()
  await second.until(() => {
    second.store()
    return names().length === 0
  })
  expect(second.shelf.taken).toEqual(['hold 1', 'hold 2'])
})

test('fails its start while a file of which something was held cannot be read', async () => {
  if (process.geteuid?.() !== 0) return
  const { moveIn, path, run, root, directory } = spool()
  moveIn('a', 'hold 1\n')
  const first = run()
  await first.until(() => first.holder.holds.length === 1)
  const [held] = first.holder.open(first.supply)
  const mark = await first.kill()
  for (const name of [root, directory]) chmodSync(name, 0o755)
  chmodSync(path('a'), 0o600)
  process.seteuid?.(65534)
  try {
    const second = run(mark)
    const failure: unknown = await second.supply.supplyAgain(held?.origin ?? null, [0]).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SourceError)
    expect(failure).toMatchObject({ code: 'EACCES', message: expect.stringMatching(/^cannot read lines 0 of .*\/a, /) })
  } finally {
    process.seteuid?.(0)
  }
})

test('tells what is gone of what was begun, and nothing of what was over', async () => {
  const { moveIn, path, run, names } = spool({ chunkBytes: 512 })
  moveIn('a', 'one\n')
  moveIn('b', `${'x'.repeat(99)}\n`.repeat(1000))
  const first = run()
  await first.until(() => first.shelf.taken.length > 1)
  first.supply.pause()
  const mark = await first.kill()
  for (const name of names()) rmSync(path(name))
  moveIn('b', 'another\n')
  const second = run(mark)
  await second.until(() => second.shelf.taken.length > 0)
  expect(second.shelf.taken).toEqual(['another'])
  expect(second.messages()).toEqual([
    expect.stringMatching(/^error: .*b, read up to byte \d+, is gone: at least \d+ bytes of it are lost unread$/),
  ])
})

test('leaves another directory alone, and refuses a mark that is none', async () => {
  const { run, root } = spool()
  const file = { path: join(root, 'other/a'), id: '1:1', birth: '0', since: '0', offset: 1, hash: '', length: 0 }
  const { messages } = run({ version: 1, filenames: [], files: [file] })
  expect(messages()).toEqual([expect.stringMatching(/^info: .*other\/a doesn't lie in the directory any more/)])
  await expect(run({ version: 1 }).continued).rejects.toEqual(
    expect.objectContaining({
      code: 'ERR_MARK',
      message: expect.stringMatching(/filenames must be a list: it is undefined/),
    }),
  )
})

test('reads what was appended to a compressed file that was over, while nobody ran', async () => {
  const { path, moveIn, names, run } = spool()
  moveIn('a.gz', gzipSync('one\n'))
  const first = run()
  await first.until(() => first.shelf.taken.length === 1)
  await first.over()
  const mark = await first.kill()
  appendFileSync(path('a.gz'), gzipSync('two\n'))
  const later = run(mark)
  await later.until(() => {
    later.store()
    return names().length === 0
  })
  expect(later.shelf.taken).toEqual(['two'])
})
