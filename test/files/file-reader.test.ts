import { afterEach, expect, test } from '@jest/globals'
import { gzipSync } from 'node:zlib'
import { FileReader } from '../../lib/files/file-reader.js'
import { OpenFiles } from '../../lib/files/open-files.js'
import { openTail } from '../../lib/files/open-tail.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'
import { folder } from '../support/marks.js'

const cleanups: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function start() {
  const { write } = folder(cleanups)
  const loop = new Escapement()
  const files = new OpenFiles(10)
  const texts: string[] = []
  const target = {
    piece: (_: unknown, piece: { bytes: Buffer; from: number; to: number }) =>
      void texts.push(piece.bytes.toString('utf8', piece.from, piece.to)),
    atEnd: () => void texts.push('end'),
    replaced: () => undefined,
    unreadable: (_: unknown, error: Error) => void texts.push(error.message),
  }
  const reader = new FileReader(loop, files, target, { chunkBytes: 1024, lineMax: 100 })
  cleanups.push(async () => {
    await reader.close()
    files.closeAll()
    loop.close()
  })
  const open = (name: string, bytes: string | Buffer) => {
    const { file, fd } = openTail(write(name, bytes), false, name.endsWith('.gz'))
    files.adopt(file, fd)
    return file
  }
  const turns = async () => {
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  const gets = async (...expected: string[]) => {
    while (texts.length < expected.length) await turns()
    expect(texts).toEqual(expected)
  }
  return { reader, open, gets, turns, texts }
}

test('reads plain files and packed ones', async () => {
  const { reader, open, gets } = start()
  reader.ready(open('a', 'one\n'))
  await gets('one', 'end')
  reader.ready(open('b.gz', gzipSync('two\n')))
  await gets('one', 'end', 'two', 'end')
  reader.readyNow(open('c', 'three\n'))
  await gets('one', 'end', 'two', 'end', 'three', 'end')
})

test('holds up both kinds', async () => {
  const { reader, open, turns, texts } = start()
  reader.pause()
  reader.ready(open('a', 'one\n'))
  reader.ready(open('b.gz', gzipSync('one\n')))
  await turns()
  expect(texts).toEqual([])
  reader.resume()
  while (texts.length < 4) await turns()
  expect(texts.sort()).toEqual(['end', 'end', 'one', 'one'])
})

test('waits for nothing of a file that is forgotten, and reads nothing once it is closed', async () => {
  const { reader, open, turns, texts } = start()
  reader.pause()
  const file = open('a', 'one\n')
  reader.ready(file)
  reader.forget(file)
  reader.resume()
  await turns()
  await reader.close()
  reader.ready(open('b', 'two\n'))
  reader.ready(open('c.gz', gzipSync('three\n')))
  await turns()
  expect(texts).toEqual([])
})
