import { expect, test } from '@jest/globals'
import { closeSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { native } from 'inotify-ts'
import { join } from 'node:path'
import { FileSink, type FileSinkOptions } from '../../lib/log/file-sink.js'
import { temporary } from '../support/temporary.js'

function start(form: FileSinkOptions['form'] = 'json', file = join(temporary(), 'a.log'), waitingMax = 100_000) {
  const told: string[] = []
  const events = {
    failing: (reason: string) => void told.push(reason),
    lost: (n: number) => void told.push(`lost ${n}`),
  }
  return { file, told, sink: new FileSink(file, { form, waitingMax }, events) }
}

test('a line is in the file when the call returns, and others of its group may read it', async () => {
  const { file, sink } = start()
  sink.write('{"msg":"a"}\n')
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['{"msg":"a"}\n', 0o640])
  await sink.close(0)
})

test('as text it is for people, escaped', async () => {
  const { file, sink } = start('text')
  sink.write('{"level":"info","time":"t","msg":"a\\nb"}\n')
  expect(readFileSync(file, 'utf8')).toBe('t INFO  a\\x0ab\n')
  await sink.close(0)
})

test('reopened it is a new file of the old name', async () => {
  const { file, sink } = start()
  sink.write('a\n')
  renameSync(file, `${file}.1`)
  sink.write('b\n')
  sink.reopen()
  sink.write('c\n')
  expect([readFileSync(`${file}.1`, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['a\nb\n', 'c\n'])
  await sink.close(0)
})

test('a full disk is told once, holds nobody up, and what is lost in the end is told', async () => {
  const { sink, told } = start('json', '/dev/full', 5000)
  for (let n = 0; n < 20; n++) sink.write(`${'x'.repeat(999)}\n`)
  expect(told).toEqual(['the log /dev/full cannot be written: ENOSPC'])
  await sink.close(0)
  expect(told.slice(1)).toEqual(['lost 20'])
})

test('where the file cannot be opened anew it goes on in the old one, and says so', async () => {
  const directory = join(temporary(), 'd')
  mkdirSync(directory)
  const { sink, told } = start('json', join(directory, 'a.log'))
  sink.write('a\n')
  renameSync(directory, `${directory}.old`)
  sink.reopen()
  sink.write('b\n')
  expect(readFileSync(join(`${directory}.old`, 'a.log'), 'utf8')).toBe('a\nb\n')
  expect(told).toEqual([
    `the log ${join(directory, 'a.log')} cannot be opened: ENOENT; it goes on in the file that was open`,
  ])
  await sink.close(0)
})

if (native !== null) {
  const { pipe } = native
  test('a reader that is slower than a pipe holds gets all of it, whole and in order', async () => {
    const [reading, writing] = pipe()
    const file = `/proc/self/fd/${writing}`
    const { sink, told } = start('json', file, 10_000_000)
    const lines = Array.from({ length: 300 }, (_, n) => `${n} ${'x'.repeat(n * 10)}\n`)
    for (const line of lines) sink.write(line)
    let got = ''
    const buffer = Buffer.alloc(1000)
    const closed = sink.close(20_000)
    while (got.length < lines.join('').length) {
      const length = native?.read(reading, buffer) ?? 0
      if (length > 0) got += buffer.toString('latin1', 0, length)
      else await new Promise((resolve) => setImmediate(resolve))
    }
    await closed
    expect(got === lines.join('')).toBe(true)
    expect(told).toEqual([expect.stringContaining('EAGAIN')])
    for (const fd of [reading, writing]) closeSync(fd)
  })
}

test('a file that cannot be opened is an error that says which', () => {
  expect(() => start('json', '/nowhere/a.log')).toThrow(
    expect.objectContaining({ code: 'ERR_LOG_FILE', message: 'the log /nowhere/a.log cannot be opened: ENOENT' }),
  )
})
