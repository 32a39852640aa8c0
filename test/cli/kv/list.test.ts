import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

const KEYS = { '/k': 'x', '/k/a': '1', '/k/ab': '2', '/k/a/d': '3', '/k/a/d/x': '4', '/k-b': '5', '/kk': '6' }
const lines = (text: string): string[] => text.split('\n').slice(0, -1)

test('it lists the children of a path, whether it ends with a slash or not', async () => {
  const { run, fill } = startKv()
  await fill(KEYS)
  expect(lines((await run('list')).stdout)).toEqual(['/k', '/k-b', '/kk'])
  expect(lines((await run('list', '/k')).stdout)).toEqual(['/k/a', '/k/ab'])
  expect(lines((await run('list', '/k/')).stdout)).toEqual(['/k/a', '/k/ab'])
  expect(lines((await run('list', '/k', '--recurse', '2')).stdout)).toEqual(['/k/a', '/k/a/d', '/k/ab'])
  expect(lines((await run('list', '/k', '--all')).stdout)).toEqual(['/k/a', '/k/a/d', '/k/a/d/x', '/k/ab'])
  expect((await run('list', '/k', '--all', '--recurse', '1')).status).toBe(64)
  expect((await run('list', 'k')).status).toBe(64)
})

test('values come with their keys, alone if it is to be quiet, and exactly in JSON', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': 'two\nlines', '/b': '{"n": 1}' })
  expect((await run('list', '--values')).stdout).toBe('/a = two\\x0alines\n/b = {"n":1}\n')
  expect((await run('list', '-qv')).stdout).toBe('two\\x0alines\n{"n":1}\n')
  const json = JSON.parse((await run('list', '--values', '--json')).stdout) as { keys: object[] }
  expect(json.keys[0]).toEqual({
    ...{ path: '/a', value: 'two\nlines', modRevision: 2, createRevision: 2, version: 1, lease: null },
  })
  expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject({ revision: 3, keys: [{ path: '/a' }, {}] })
})

test('the order is that of code points', async () => {
  const { run, fill } = startKv()
  await fill({ '/\u{1f600}': '', '/\ufffd': '', '/é': '', '/a-b': '', '/a': '', '/a/b': '' })
  expect(lines((await run('list', '--all')).stdout)).toEqual(['/a', '/a-b', '/a/b', '/é', '/\ufffd', '/\u{1f600}'])
})

test('a control character in a path does not reach the terminal', async () => {
  const { run, fill } = startKv()
  await fill({ '/a\u001b[2J\nb': '' })
  expect((await run('list')).stdout).toBe('/a\\x1b[2J\\x0ab\n')
})

test('keys that lie deeper with nothing between are hinted at', async () => {
  const { run, fill } = startKv()
  await fill({ '/a/b/c': '', '/a/b/d': '' })
  expect(await run('list')).toMatchObject({
    status: 0,
    stdout: '',
    stderr: 'kv list: nothing so near below /, but 2 keys are deeper: see --all\n',
  })
})

test('--prefix stands before every path, and is not shown', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/x/a': '1', '/xa': '2', '/x/b/c': '3' })
  expect((await run('list', '--all', '--prefix', '/x/')).stdout).toBe('/a\n/b/c\n')
  expect((await runIn({ env: { DEADBEAT_KV_PREFIX: '/x' } }, 'list', '/b', '-v')).stdout).toBe('/b/c = 3\n')
})
