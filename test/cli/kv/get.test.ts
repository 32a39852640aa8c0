import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('one value is printed as it is, several as lines', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/a': 'one\ntwo', '/b': '{ "x": [1, 2] }' })
  expect(await run('get', '/a')).toMatchObject({ status: 0, stdout: 'one\ntwo\n', stderr: '' })
  expect((await run('get', '/a', '/b')).stdout).toBe('/a = one\\x0atwo\n/b = {"x":[1,2]}\n')
  expect((await run('get', '-q', '/a', '/b')).stdout).toBe('one\\x0atwo\n{"x":[1,2]}\n')
  await fill({ '/c': 'a\u001b[2Jb\n' })
  expect((await runIn({ terminal: { out: true } }, 'get', '/c')).stdout).toBe('a\\x1b[2Jb\n\n')
})

test('--raw prints the bytes and nothing else, whatever they are', async () => {
  const { run, runIn } = startKv()
  const bytes = Buffer.from([0, 255, 10, 27, 200])
  expect((await runIn({ stdin: bytes }, 'put', '/a', '-')).status).toBe(0)
  expect((await run('get', '/a', '--raw')).bytes).toEqual(bytes)
  expect(JSON.parse((await run('get', '/a', '--json')).stdout)).toMatchObject({ keys: [{ base64: 'AP8KG8g=' }] })
  expect((await run('get', '/a', '/b', '--raw')).status).toBe(64)
})

test('--rev reads it as it was; a revision that has not come is 66', async () => {
  const { run, fill, engine } = startKv()
  await fill({ '/a': 'old' })
  await fill({ '/a': 'new' })
  expect((await run('get', '/a', '--rev', '2')).stdout).toBe('old\n')
  expect((await run('get', '/a', '--rev', '1')).status).toBe(66)
  expect(await run('get', '/a', '--rev', '99')).toMatchObject({
    status: 66,
    stderr: 'kv get: revision 99 is a future revision: the store is at 3\n',
  })
  await engine.compact(3)
  expect((await run('get', '/a', '--rev', '2')).stderr).toBe(
    'kv get: revision 2 has been compacted: the oldest kept is 3\n',
  )
  expect((await run('get', '/a', '--rev', 'x')).status).toBe(64)
})

test('what is not there is told, and the code is 66; the others are printed', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': '' })
  expect(await run('get', '/a', '/none')).toMatchObject({
    status: 66,
    stdout: '/a = \n',
    stderr: 'kv get: there is no /none\n',
  })
  const { status, stdout } = await run('get', '/a', '/none', '--json')
  const key = { path: '/a', value: '', modRevision: 2, createRevision: 2, version: 1, lease: null }
  expect([status, JSON.parse(stdout)]).toEqual([66, { revision: 2, keys: [key, { path: '/none', value: null }] }])
})

test('more paths than a request takes are read all the same, from one state', async () => {
  const { run, fill } = startKv({ opsMax: 2 })
  await fill({ '/a': '1', '/b': '2', '/c': '3' })
  expect((await run('get', '-q', '/a', '/b', '/c')).stdout).toBe('1\n2\n3\n')
})

test('a path that can name no key is a wrong use', async () => {
  const { run } = startKv()
  for (const path of ['a', '/a/', '']) expect((await run('get', path)).status).toBe(64)
})
