import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv } from './run-kv.js'

test('a value is a word, a file or what stdin has, to the last byte', async () => {
  const { run, runIn } = startKv()
  const file = join(temporary(), 'value')
  writeFileSync(file, Buffer.from([1, 2, 254]))
  await run('put', '/a', '--', '-5')
  await run('put', '/b', '--file', file)
  await runIn({ stdin: 'x\n' }, 'put', '/c', '-')
  await run('put', '/d', '')
  expect((await run('get', '/a', '--raw')).stdout).toBe('-5')
  expect((await run('get', '/b', '--raw')).bytes).toEqual(Buffer.from([1, 2, 254]))
  expect((await run('get', '/c', '--raw')).stdout).toBe('x\n')
  expect(await run('get', '/d', '--raw')).toMatchObject({ status: 0, stdout: '' })
})

test('put --help teaches with examples and lists the exit codes', async () => {
  const { stdout, status } = await startKv().run('put', '--help')
  expect(status).toBe(0)
  expect(stdout).toContain('make-list | deadbeat kv put /app/list -')
  expect(stdout).toContain('73, a conflict')
  expect(stdout).toContain('--url')
})
