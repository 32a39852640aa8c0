import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('a part of the store is a file, as of one revision', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/a': 'text', '/a/b': '{\n  "n": 1\n}', '/ab': 'no' })
  await runIn({ stdin: Buffer.from([255]) }, 'put', '/a/c', '-')
  const { status, stdout } = await run('export', '/a')
  expect([status, JSON.parse(stdout)]).toEqual([
    0,
    {
      ...{ format: 'deadbeat-kv', version: 1, path: '/a', revision: 5 },
      keys: { '/a': { text: 'text' }, '/a/b': { json: { n: 1 } }, '/a/c': { base64: '/w==' } },
    },
  ])
  const old = JSON.parse((await run('export', '--rev', '2')).stdout) as { keys: object }
  expect(old.keys).toEqual({ '/a': { text: 'text' } })
  expect((await run('export', '/a/b', '--yaml')).stdout).toBe(
    'format: deadbeat-kv\nversion: 1\npath: /a/b\nrevision: 5\nkeys:\n  /a/b:\n    json:\n      n: 1\n',
  )
})

test('the prefix is not in the file', async () => {
  const { run, fill } = startKv()
  await fill({ '/x/a': '1', '/b': '2' })
  const { path, keys } = JSON.parse((await run('export', '--prefix', '/x')).stdout) as { path: string; keys: object }
  expect([path, Object.keys(keys)]).toEqual(['/', ['/a']])
})

test('what goes with a lease is marked, and told', async () => {
  const { run } = startKv()
  await run('put', '/a', '1', '--lease-ttl', '60s')
  const { stdout, stderr } = await run('export')
  expect((JSON.parse(stdout) as { keys: object }).keys).toEqual({ '/a': { text: '1', lease: '1' } })
  expect(stderr).toBe('kv export: 1 keys go with a lease; import leaves them out unless it is told --leased\n')
})
