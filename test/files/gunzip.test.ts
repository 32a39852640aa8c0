import { afterEach, expect, test } from '@jest/globals'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { gunzip } from '../../lib/files/gunzip.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

function start(bytes: Buffer) {
  const root = mkdtempSync(join(tmpdir(), 'gunzip-'))
  writeFileSync(join(root, 'a.gz'), bytes)
  const fd = openSync(join(root, 'a.gz'), 'r')
  cleanups.push(() => {
    closeSync(fd) // It throws if somebody else closed it.
    rmSync(root, { recursive: true })
  })
  const chunks: Buffer[] = []
  let resolve: (error: Error | null) => void = () => undefined
  const over = new Promise<Error | null>((then) => (resolve = then))
  const unpacking = gunzip(fd, 65_536, { chunk: (chunk) => chunks.push(Buffer.from(chunk)), end: resolve })
  return { chunks, over, unpacking, text: () => Buffer.concat(chunks).toString() }
}

test('unpacks a file in chunks, however large it becomes', async () => {
  const { over, chunks } = start(gzipSync('x'.repeat(10_000_000)))
  expect(await over).toBeNull()
  expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(65_536)
  expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(10_000_000)
})

test('unpacks files that were packed in several parts', async () => {
  const { over, text } = start(Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]))
  expect(await over).toBeNull()
  expect(text()).toBe('one\ntwo\n')
})

test('tells of a file that is cut off, and of one that is no gzip', async () => {
  expect(await start(gzipSync('one\n').subarray(0, 15)).over).toMatchObject({ message: 'unexpected end of file' })
  expect(await start(Buffer.from('no gzip at all')).over).toMatchObject({ message: 'incorrect header check' })
})

test('gives nothing while it is paused', async () => {
  const { over, chunks, unpacking } = start(gzipSync('x'.repeat(1_000_000)))
  unpacking.pause()
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  expect(chunks).toEqual([])
  unpacking.resume()
  expect(await over).toBeNull()
})

test('gives nothing once it is closed, even what was unpacked before', async () => {
  const { over, chunks, unpacking } = start(gzipSync('x'.repeat(1_000_000)))
  while (chunks.length === 0) await new Promise((resolve) => setImmediate(resolve))
  unpacking.pause()
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  const count = chunks.length
  unpacking.resume()
  unpacking.close()
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  const ended = over.then(() => 'told')
  expect([chunks.length, await Promise.race([ended, Promise.resolve('silent')])]).toEqual([count, 'silent'])
})
