import { expect, test } from '@jest/globals'
import { startKv } from './run-kv.js'

test('update changes a key that is there, and makes none', async () => {
  const { run, fill } = startKv()
  await fill({ '/a': '1' })
  expect((await run('update', '/a', '2')).status).toBe(0)
  expect(await run('update', '/b', '2')).toMatchObject({
    status: 66,
    stderr: 'kv update: Cannot update /b, as it does not exist!\n',
  })
  expect((await run('list', '-v')).stdout).toBe('/a = 2\n')
})
