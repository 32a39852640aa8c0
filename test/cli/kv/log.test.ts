import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

async function withHistory() {
  const kv = startKv()
  await kv.fill({ '/a': '1', '/a/b': 'x', '/ab': 'no' })
  await kv.fill({ '/a': '2' })
  await kv.run('delete', '/a')
  await kv.fill({ '/a': '3' })
  return kv
}

test('it tells all that happened to a key, the oldest first', async () => {
  const { run } = await withHistory()
  expect(await run('log', '/a')).toEqual({
    ...{ status: 0, stderr: '', bytes: expect.anything() },
    stdout: '2 + /a = 1\n5 ~ /a = 2\n6 - /a\n7 + /a = 3\n',
  })
  expect((await run('log', '/a', '--all')).stdout).toBe('2 + /a = 1\n3 + /a/b = x\n5 ~ /a = 2\n6 - /a\n7 + /a = 3\n')
  expect((await run('log', '/a', '--last', '2')).stdout).toBe('6 - /a\n7 + /a = 3\n')
  expect((await run('log', '/a', '--since', '5')).stdout).toBe('6 - /a\n7 + /a = 3\n')
  expect((await run('log', '/none')).stdout).toBe('')
})

test('what was compacted is told, and what was there then comes first', async () => {
  const { run, engine } = await withHistory()
  await engine.compact(5)
  const told = 'kv log: history is kept from revision 5 on, what came before was compacted\n'
  expect(await run('log', '/a', '--all')).toMatchObject({
    status: 0,
    stderr: told,
    stdout: '5 = /a = 2\n3 = /a/b = x\n6 - /a\n7 + /a = 3\n',
  })
  expect((await run('log', '/a', '--since', '6')).stderr).toBe('')
})

test('a store in which nothing was ever written has no history, and one at its beginning no more', async () => {
  const { run, engine, fill } = startKv()
  expect(await run('log', '/a')).toMatchObject({ status: 0, stdout: '', stderr: '' })
  expect((await run('log', '/a', '--since', '9')).stderr).toContain('the store is at 1')
  await fill({ '/a': '1', '/b': '2' })
  await engine.compact(3)
  expect((await run('log', '/a')).stdout).toBe('2 = /a = 1\n')
})

test('history that is compacted while it is read is told, and is 75', async () => {
  const { run, engine, fill } = startKv()
  await fill({ '/a': '1', '/b': '2', '/c': '3' })
  const watch = engine.watch.bind(engine)
  let watches = 0
  engine.watch = (...args) => {
    if (watches++ === 1) void engine.compact(4)
    return watch(...args)
  }
  const { status, stderr } = await run('log', '/a')
  expect([status, stderr]).toEqual([75, expect.stringContaining('was compacted while it was read')])
})
