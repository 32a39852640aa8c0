import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv } from './run-kv.js'

test('it prints what is there, then every change, until it is interrupted: code 0', async () => {
  const { runIn, fill, run } = startKv()
  await fill({ '/a': '1', '/a/b': '2', '/ab': '3' })
  const ctrlC = new AbortController()
  const heard: string[] = []
  const lines = (count: number) => ({
    interrupt: ctrlC.signal,
    heard: (piece: string) => {
      if (heard.push(piece) === 2) void fill({ '/a/b': '4', '/a/c': '5' }).then(() => run('delete', '/a/c'))
      if (heard.length === count) ctrlC.abort('SIGINT')
    },
  })
  expect(await runIn(lines(5), 'watch', '/a', '--all')).toMatchObject({
    status: 0,
    stderr: '',
    stdout: '2 = /a = 1\n3 = /a/b = 2\n5 ~ /a/b = 4\n6 + /a/c = 5\n7 - /a/c\n',
  })
})

test('one key is that key; --changes leaves out what is there, --count ends it', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/a': '1', '/a/b': '' })
  expect((await run('watch', '/a', '--count', '1')).stdout).toBe('2 = /a = 1\n')
  const watching = runIn({}, 'watch', '/a', '--changes', '--count', '1', '--json')
  await new Promise(setImmediate)
  await fill({ '/a/b': 'x', '/a': '{"n": 2}' })
  expect((await watching).stdout).toBe('{"revision":5,"what":"changed","path":"/a","value":"{\\"n\\": 2}"}\n')
})

test('history that is missing is told, and what is different follows', async () => {
  const { engine, runIn, fill } = startKv()
  await fill({ '/a': '1' })
  const watch = engine.watch.bind(engine)
  let watches = 0
  // The link was down while the store was changed and its history compacted.
  engine.watch = (range, from, sink) => {
    if (watches++ > 0) return watch(range, from, sink)
    queueMicrotask(() => {
      void fill({ '/a': '2', '/b': 'no' }).then(async () => {
        await engine.compact(4)
        sink.gap(4)
      })
    })
    return { askProgress: () => undefined, close: () => undefined }
  }
  expect(await runIn({}, 'watch', '/a', '--changes', '--count', '1')).toMatchObject({
    status: 0,
    stdout: '3 ~ /a = 2\n',
    stderr: 'kv watch: the history from 3 to 4 was compacted before it came; the difference follows\n',
  })
})

test('a command runs for each change, with what it is about; one that fails is told and does not end it', async () => {
  const { runIn, fill } = startKv()
  const out = join(temporary(), 'out')
  const script = 'echo "$DEADBEAT_KV_WHAT $DEADBEAT_KV_PATH $DEADBEAT_KV_REVISION $(cat)" >> "$1"; exit 3'
  const around = { env: { PATH: process.env['PATH']! } }
  const watching = runIn(around, 'watch', '/a', '--all', '--count', '2', '--', 'sh', '-c', script, '-', out)
  await new Promise(setImmediate)
  await fill({ '/a': '1', '/a/b': '2' })
  expect(await watching).toMatchObject({
    status: 0,
    stderr: 'kv watch: sh … ended with code 3\nkv watch: sh … ended with code 3\n',
  })
  expect(readFileSync(out, 'utf8')).toBe('created /a 2 1\ncreated /a/b 3 2\n')
})
