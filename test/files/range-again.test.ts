import { afterEach, expect, test } from '@jest/globals'
import { appendFileSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { RangeMark } from '../../lib/files/file-mark.js'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'
import { originalOf } from '../../lib/files/original.js'
import { rangeAgain, rangeMark, readAgain } from '../../lib/files/range-again.js'
import type { TailedFile } from '../../lib/files/tailed-file.js'
import { UnpackedRanges } from '../../lib/files/unpacked-ranges.js'
import { folder, recorder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

const TEXT = 'zero\none\r\ntwo\nthree'

/** The mark of a range of a file, and an owner of files that knows none yet. */
function start({ start = 5, end = 14, isLong = false, text = TEXT, name = 'a.log' } = {}) {
  const { path, write } = folder(cleanups)
  const isPacked = name.endsWith('.gz')
  const { file, fd } = openTail(write(name, isPacked ? gzipSync(text) : text), false, isPacked)
  const open = new OpenFiles(10)
  open.adopt(file, fd)
  const mark = JSON.parse(JSON.stringify(rangeMark(file.begin(start, end, null, isLong)))) as RangeMark
  open.close(file)
  const { log, logged } = recorder()
  const kept: TailedFile[] = []
  const fault = { code: '' }
  const owner = {
    log,
    withId: (id: string) => kept.find((one) => one.id === id),
    keep: (one: TailedFile, descriptor: number) => {
      kept.push(one)
      open.adopt(one, descriptor)
    },
    descriptor: (one: TailedFile) => {
      if (fault.code !== '') throw Object.assign(new Error(`${fault.code}: bad`), { code: fault.code })
      return open.descriptor(one)
    },
  }
  cleanups.unshift(() => open.closeAll())
  const unpacked = new UnpackedRanges()
  cleanups.unshift(() => unpacked.close())
  const read = (ks: number[], lineMax = 1000) =>
    readAgain(mark, ks, owner, { encoding: 'utf8', keepCarriageReturns: false, lineMax }, unpacked)
  const find = (lineMax = 1000) => rangeAgain(mark, owner, lineMax, unpacked)
  return { path, write, mark, read, find, kept, logged, open, fault }
}

test('names a range of a file, and reads those lines of it that are wanted', async () => {
  const { read, mark, kept, path } = start()
  expect(mark).toMatchObject({ path: path('a.log'), start: 5, end: 14, length: 19 })
  expect(await read([0, 1])).toMatchObject({
    lines: ['one', 'two'],
    bytes: 8,
    range: { start: 5, end: 14, isDone: false },
  })
  expect((await read([1]))?.lines).toEqual([null, 'two'])
  expect(kept).toMatchObject([{ underWay: 2, isLeaving: true, path: path('a.log'), acknowledged: 5 }])
})

test('reads the last line of a file that has no end', async () => {
  expect((await start({ start: 14, end: 19 }).read([0]))?.lines).toEqual(['three'])
})

test('reads of a line that was too long as much as may be taken', async () => {
  const { read, mark } = start({ start: 5, end: 3006, text: `zero\n${'ü'.repeat(1500)}\nend\n`, isLong: true })
  expect([mark.long, (await read([0], 101))?.lines]).toEqual([true, ['ü'.repeat(50)]])
})

test.each(['a.log', 'a.log.gz'])('finds a range of %s in a packed file, and keeps its bytes', async (name) => {
  const text = `${'x'.repeat(99)}\n`.repeat(2000) + TEXT
  const { read, write, path, kept, mark } = start({ start: 200_005, end: 200_014, text, name })
  rmSync(path(name))
  write('a.log.1.gz', gzipSync(text))
  const again = await read([1])
  expect(again?.lines).toEqual([null, 'two'])
  expect(String(again?.range.bytes)).toBe('one\r\ntwo')
  expect([kept[0]?.isPacked, mark.packed]).toEqual([true, name === 'a.log.gz' ? true : undefined])
})

test('takes a file that is open already, unless it has other content by now', async () => {
  const { read, kept, path, write } = start()
  await read([0])
  renameSync(path('a.log'), path('b'))
  expect((await read([0]))?.range.file).toBe(kept[0])
  truncateSync(path('b'))
  appendFileSync(path('b'), 'something else that is long enough\n')
  write('a.log.1', TEXT)
  expect((await read([0]))?.lines).toEqual(['one'])
  expect(kept).toHaveLength(2)
})

test.each<[string, (here: ReturnType<typeof start>) => void, RegExp]>([
  ['deleted', ({ path }) => rmSync(path('a.log')), /its inode \(.*\) has no name in .*, and there is nothing else$/],
  ['truncated', ({ path }) => truncateSync(path('a.log')), /it was truncated; its inode/],
])('says which lines are gone of a file that was %s', async (_, change, why) => {
  const here = start()
  change(here)
  expect(await here.read([0, 1])).toBeNull()
  expect(here.logged).toEqual([
    expect.stringMatching(/^error: lines 0, 1 of .*a\.log, bytes 5 to 14, were under way and can't be read again: /),
  ])
  expect(here.logged[0]).toMatch(why)
})

test.each(['EMFILE', 'EACCES', 'EIO'])('throws if lines cannot be read now: %s', async (code) => {
  const { read, fault, logged } = start()
  fault.code = code
  await expect(read([0, 1])).rejects.toMatchObject({
    code,
    message: expect.stringMatching(
      new RegExp(`^cannot read lines 0, 1 of .*a\\.log, bytes 5 to 14, which were under way: ${code}: bad$`),
    ),
  })
  fault.code = ''
  expect([(await read([0, 1]))?.lines, logged]).toEqual([['one', 'two'], []])
})

test.each(['ESTALE', 'ERR_OUT_OF_RANGE', 'Z_DATA_ERROR'])(
  'takes lines for gone that no later try would find: %s',
  async (code) => {
    const { read, fault, logged } = start()
    fault.code = code
    expect(await read([0, 1])).toBeNull()
    expect(logged).toEqual([expect.stringMatching(new RegExp(`can't be read again: ${code}: bad$`))])
  },
)

test('says that a packed file is cut off before the lines', async () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('')
  const { read, write, path, logged } = start({
    text,
    start: text.indexOf('line 19000'),
    end: text.indexOf('line 19002'),
  })
  rmSync(path('a.log'))
  write('a.log.1.gz', gzipSync(text).subarray(0, 20_000))
  expect(await read([1])).toBeNull()
  expect(logged).toEqual([expect.stringMatching(/^error: lines 1 of .* can't be read again: unexpected end of file$/)])
})

test('says that there are fewer lines', async () => {
  const { read, logged } = start()
  expect(await read([1, 7])).toBeNull()
  expect(logged).toEqual([expect.stringMatching(/lines 1, 7 of .* can't be read again: these bytes are 2 lines$/)])
})

test.each(['a.log', 'a.log.gz'])('finds a range of %s for the sake of its originals, wherever it is', async (name) => {
  const { find, path, open, kept } = start({ name })
  renameSync(path(name), path(name.replace('a.log', 'a.log.1')))
  const range = await find()
  if (range === null) throw new Error('it was not found')
  expect([0, 1].map((k) => String(originalOf(open, range, k, 1000)))).toEqual(['one', 'two'])
  expect(kept).toMatchObject([{ underWay: 1 }])
})

test('warns where the originals are gone', async () => {
  const { find, path, logged } = start()
  rmSync(path('a.log'))
  expect(await find()).toBe(null)
  expect(logged.join('\n')).toMatch(
    /^warn: the originals of .*a\.log, bytes 5 to 14, of which something was under way, can't/,
  )
})
