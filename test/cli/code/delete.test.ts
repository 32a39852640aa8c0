import { expect, test } from '@jest/globals'
import { startCode } from './run-code.js'

test('code goes; what is not there is told', async () => {
  const { run, stored } = startCode()
  await run('set', 'a', '--text', '')
  expect((await run('delete', 'a')).stdout).toBe('code a is deleted\n')
  expect(await stored('a')).toBeNull()
  expect(await run('delete', 'a')).toMatchObject({ status: 66, stderr: 'code delete: there is no code a\n' })
})

test('a module that something requires stays, unless it is forced', async () => {
  const { run } = startCode()
  await run('module', 'set', 'm', '--text', '')
  await run('set', 'a', '--text', '', '--requires', 'm')
  expect(await run('module', 'delete', 'm')).toMatchObject({
    status: 65,
    stderr: expect.stringMatching(/code a would have nothing/),
  })
  expect((await run('module', 'delete', 'm', '-f')).status).toBe(0)
  expect(await run('check')).toMatchObject({
    status: 65,
    stdout: 'code a requires the module m, which is not stored\n',
  })
})
