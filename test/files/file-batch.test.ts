import { afterEach, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { FileBatch } from '../../lib/files/file-batch.js'
import { rangeAgain } from '../../lib/files/range-again.js'
import { UnpackedRanges } from '../../lib/files/unpacked-ranges.js'
import type { FileRange } from '../../lib/files/tailed-file.js'
import { silentLogger } from '../../lib/movement/logger.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { markOf } from '../support/marks.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start(files: Record<string, string | Buffer>, filenames = Object.keys(files), chunkBytes = 1024) {
  const root = mkdtempSync(join(tmpdir(), 'batch-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text)
  const esc = new Escapement()
  const events: string[] = []
  const ranges: FileRange[] = []
  const paths = filenames.map((name) => join(root, name))
  const batch = new FileBatch(
    esc,
    silentLogger,
    { filenames: paths, chunkBytes, lineMax: 1000 },
    {
      piece: (file, { bytes, from, to, start, end }) => {
        ranges.push(file.begin(start, end))
        events.push(bytes.toString('utf8', from, to))
      },
      ended: () => void events.push('ended'),
      failed: (error) => void events.push(error.message.replace(root, 'ROOT')),
      settled: (file) => void events.push(`settled ${file.path.replace(root, 'ROOT')}`),
    },
  )
  cleanups.push(async () => {
    await batch.close()
    batch.release()
    esc.close()
    rmSync(root, { recursive: true })
  })
  const until = async (event: RegExp) => {
    while (!events.some((text) => event.test(text))) await new Promise((resolve) => setImmediate(resolve))
  }
  return { batch, events, ranges, until, root }
}

test('reads files in the order given, packed ones too, and ends', async () => {
  const { batch, events, until } = start({ b: '1\n2', 'a.gz': gzipSync('3\n4'), c: '' })
  await batch.start()
  await until(/^ended$/)
  expect(events.filter((event) => !event.startsWith('settled'))).toEqual(['1', '2', '3', '4', 'ended'])
})

test('says that a file is settled when it was read and all of it is over', async () => {
  const { batch, events, ranges, until } = start({ a: '1\n2\n' })
  await batch.start()
  await until(/^ended$/)
  expect(events).not.toContain('settled ROOT/a')
  ranges.forEach((range) => batch.settle(range))
  expect(events).toContain('settled ROOT/a')
})

test('reads files that are added later', async () => {
  const { batch, until, root } = start({}, [])
  await batch.start()
  writeFileSync(join(root, 'late'), 'late line\n')
  batch.add(join(root, 'late'))
  await until(/^late line$/)
})

test('refuses to begin if a file does not exist or a pattern matches nothing', async () => {
  const { batch } = start({}, ['none', '*.log'])
  await expect(batch.start()).rejects.toMatchObject({
    code: 'ENOENT',
    message: expect.stringMatching(/none, .*\*\.log \(matches nothing\)/),
  })
})

test('tells of a file that is spoiled, never settles it, and goes on when it is asked to', async () => {
  const { batch, events, ranges, until } = start({ 'a.gz': gzipSync('1\n2\n').subarray(0, 14), b: 'good\n' })
  await batch.start()
  await until(/cannot read ROOT\/a\.gz/)
  batch.next()
  await until(/^good$/)
  ranges.forEach((range) => batch.settle(range))
  expect(events).not.toContain('settled ROOT/a.gz')
})

test('reads a file that grows meanwhile line by line, however much comes', async () => {
  const { batch, events, until, root } = start({ a: 'one\n' })
  await batch.start()
  appendFileSync(join(root, 'a'), `${'two\n'.repeat(1000)}end`)
  await until(/^ended$/)
  expect(events.join('\n').match(/two/g)).toHaveLength(1000)
  expect(events.at(-2)).toBe('end')
})

test('reads those of /proc to their end, which give less than was asked for', async () => {
  const { batch, events, until, root } = start({}, [], 65_536)
  const idle = spawn('cat') // What it has mapped stays, once it has answered.
  cleanups.push(() => void idle.kill())
  idle.stdin.write('there')
  await once(idle.stdout, 'data')
  await batch.start()
  symlinkSync(`/proc/${idle.pid}/smaps`, join(root, 'maps'))
  batch.add(join(root, 'maps'))
  await until(/^[0-9a-f]+-[0-9a-f]+ /)
  while (batch.files()[0]?.isLeaving !== true) await new Promise((resolve) => setImmediate(resolve))
  expect(events.join('\n').length).toBeGreaterThan(8192) // The kernel gives 4096 bytes at a time.
})

test.each([
  ['it is to read', ['a.gz']],
  ['it reads no more', ['b']],
])('keeps a file open that %s until its ranges are read again, however soon they are over', async (_, filenames) => {
  const text = `${'x'.repeat(99)}\n`.repeat(5000)
  const { batch, events, root, until } = start({ 'a.gz': gzipSync(text), b: '' }, filenames)
  const path = join(root, 'a.gz')
  const mark = markOf(path, text.length, true)
  const end = { ...mark, packed: true as const, start: 499_900, end: 500_000 }
  await batch.continueFrom({ version: 1, filenames: [path], files: [mark] })
  const again = async () => {
    const range = await rangeAgain(end, batch, 1000, new UnpackedRanges())
    if (range === null) throw new Error('it was not found')
    return range
  }
  const first = await again()
  const unpacking = again()
  batch.settle(first)
  const second = await unpacking
  const { file } = first
  expect([second.file === file, file.fd >= 0, events]).toEqual([true, true, []])
  await batch.start()
  await until(/^ended$/)
  expect(file.fd).toBeGreaterThanOrEqual(0)
  batch.settle(second)
  expect(file.fd).toBe(-1)
  const settled = filenames[0] === 'b' ? 'settled ROOT/b' : 'settled ROOT/a.gz'
  expect(events.filter((event) => event.startsWith('settled'))).toEqual([settled])
})

test('lets a file go at its start of which everything is over by then', async () => {
  const { batch, root, events } = start({ 'a.gz': gzipSync('one\ntwo\n') })
  const mark = markOf(join(root, 'a.gz'), 8, true)
  await batch.continueFrom({ version: 1, filenames: [mark.path], files: [mark] })
  const range = await rangeAgain({ ...mark, packed: true, start: 0, end: 4 }, batch, 1000, new UnpackedRanges())
  if (range === null) throw new Error('it was not found')
  batch.settle(range)
  expect([range.file.fd >= 0, events]).toEqual([true, []])
  await batch.start()
  expect([range.file.fd, events]).toEqual([-1, ['settled ROOT/a.gz', 'ended']])
})
