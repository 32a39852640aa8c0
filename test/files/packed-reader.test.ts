import { afterEach, expect, test } from '@jest/globals'
import { gzipSync } from 'node:zlib'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'
import { PackedReader } from '../../lib/files/packed-reader.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start() {
  const { write } = folder(cleanups)
  const files = new OpenFiles(10)
  const events: string[] = []
  const reader = new PackedReader(
    files,
    {
      piece: (_file, { bytes, from, to, start, end }) =>
        void events.push(`${start}-${end} ${bytes.toString('utf8', from, to)}`),
      atEnd: (file) => void events.push(`end at ${file.offset}`),
      replaced: () => undefined,
      unreadable: (_file, error) => void events.push(error.message),
    },
    { chunkBytes: 1024, lineMax: 1000 },
  )
  cleanups.push(() => {
    reader.close()
    files.closeAll()
  })
  const open = (bytes: Buffer, offset = 0) => {
    const { file, fd } = openTail(write(`${events.length}-${bytes.length}.gz`, bytes), false, true)
    file.goOnAt(offset)
    files.adopt(file, fd)
    return file
  }
  const until = async (event: RegExp) => {
    while (!events.some((text) => event.test(text))) await new Promise((resolve) => setImmediate(resolve))
  }
  return { reader, open, events, until, files }
}

test('reads one file after another, the last line without an end included', async () => {
  const { reader, open, events, until } = start()
  reader.ready(open(gzipSync('one\ntwo')))
  reader.ready(open(gzipSync('three\n')))
  await until(/end at 6/)
  expect(events).toEqual(['0-4 one', '4-7 two', 'end at 7', '0-6 three', 'end at 6'])
})

test('goes on at an offset of what the file unpacks to, however far behind', async () => {
  const { reader, open, events, until } = start()
  reader.ready(open(gzipSync(`${'x'.repeat(99)}\n`.repeat(100) + 'one\ntwo\n'), 10_004))
  await until(/end/)
  expect(events).toEqual(['10004-10008 two', 'end at 10008'])
})

test('says that a file ends before the place where it should go on, or that it is spoiled', async () => {
  const { reader, open, events, until } = start()
  reader.ready(open(gzipSync('one\n'), 5))
  await until(/unpacks/)
  reader.ready(open(gzipSync('one\n'), 4))
  await until(/end at 4/)
  reader.ready(open(gzipSync('one\n').subarray(0, 12)))
  await until(/unexpected/)
  expect(events).toEqual(['it unpacks to 4 bytes, and 5 of it were read before', 'end at 4', 'unexpected end of file'])
})

test('reads nothing while it is paused, and nothing more once it is closed', async () => {
  const { reader, open, events, until } = start()
  reader.pause()
  reader.ready(open(gzipSync('one\n')))
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  expect(events).toEqual([])
  reader.resume()
  await until(/end/)
  reader.close()
  reader.ready(open(gzipSync('two\n')))
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  expect(events).toEqual(['0-4 one', 'end at 4'])
})

test('takes a file once, and goes on behind one that cannot be opened', async () => {
  const { reader, open, events, until, files } = start()
  const lost = open(gzipSync('zero\n'))
  files.close(lost)
  lost.path = '/none/a.gz'
  const file = open(gzipSync('one\n'))
  for (const one of [lost, file, file]) reader.ready(one)
  await until(/end/)
  expect(events).toEqual([expect.stringMatching(/ENOENT/), '0-4 one', 'end at 4'])
})
