import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('of what has changed, --diff prints the lines that did; JSON is laid out for it', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': '{"x":1,"y":2}' })
  await fill({ '/a': '{"x":1,"y":3}' })
  await fill({ '/b': 'one\ntwo' })
  await fill({ '/b': 'one\n\u001b[2J' })
  expect((await run('log', '/', '--all', '--diff')).stdout.split('\n')).toEqual([
    ...['2 + /a = {"x":1,"y":2}', '3 ~ /a', '    -   "y": 2', '    +   "y": 3'],
    ...['4 + /b = one\\x0atwo', '5 ~ /b', '    - two', '    + \\x1b[2J', ''],
  ])
})

test('colours are on terminals alone', async () => {
  const { runIn, run, fill } = startKv()
  await fill({ '/a': '1' })
  const { stdout } = await runIn({ terminal: { out: true } }, 'log', '/a')
  expect(stdout).toBe('2 \u001b[32m+ /a = 1\u001b[0m\n')
  expect((await run('log', '/a')).stdout).toBe('2 + /a = 1\n')
})

test('bytes that are no text are told as base64', async () => {
  const { run, runIn } = startKv()
  await runIn({ stdin: Buffer.from([255]) }, 'put', '/a', '-')
  expect((await run('log', '/a')).stdout).toBe('2 + /a = base64:/w==\n')
  expect((await run('log', '/a', '--json')).stdout).toBe(
    '{"revision":2,"what":"created","path":"/a","base64":"/w=="}\n',
  )
})
