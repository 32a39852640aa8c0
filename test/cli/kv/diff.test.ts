import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('it compares two revisions, and the code says whether they differ', async () => {
  const { run, fill } = startKv()
  await fill({ '/a/x': '1', '/a/y': '2', '/ab': '3' })
  await fill({ '/a/x': '9', '/a/z': '4' })
  await run('delete', '/a/y')
  expect(await run('diff', '4', 'now', '/a')).toMatchObject({
    status: 1,
    stdout: '5 ~ /a/x\n    - 1\n    + 9\n- /a/y\n6 + /a/z = 4\n',
  })
  expect(await run('diff', '4', '4')).toMatchObject({ status: 0, stdout: '' })
  expect((await run('diff', '7', '4', '/a')).stdout).toBe('2 ~ /a/x\n    - 9\n    + 1\n3 + /a/y = 2\n- /a/z\n')
  expect((await run('diff', '4', '5', '--json')).stdout).toBe(
    '{"revision":5,"what":"changed","path":"/a/x","value":"9"}\n',
  )
})

test('a key that was written anew with the same value is no difference', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': '1' })
  await fill({ '/a': '1' })
  expect((await run('diff', '2', '3')).status).toBe(0)
})

test('a revision that is gone is 66, and a word that is none 64', async () => {
  const { run, fill, engine } = startKv()
  await fill({ '/a': '1', '/b': '2' })
  await engine.compact(3)
  expect(await run('diff', '2', 'now')).toMatchObject({
    status: 66,
    stderr: 'kv diff: revision 2 has been compacted: the oldest kept is 3\n',
  })
  expect((await run('diff', 'then', 'now')).status).toBe(64)
})
