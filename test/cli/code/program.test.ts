import { expect, test } from '@jest/globals'
import { startCode } from './run-code.js'

test('the help names every command, of code and of modules, and every exit code', async () => {
  const { run } = startCode()
  const all = ['list', 'get', 'set', 'delete', 'check', 'sign']
  const { status, stdout } = await run('--help')
  expect([status, [...all, 'module'].filter((name) => !new RegExp(`^  ${name} `, 'm').test(stdout))]).toEqual([0, []])
  const modules = await run('module', '--help')
  expect(all.filter((name) => !new RegExp(`^  ${name} `, 'm').test(modules.stdout))).toEqual([])
  expect((await run('module', 'set', '--help')).stdout).toContain('Exit codes: 0; 64')
})

test('a prefix stands before everything', async () => {
  const { run, kv } = startCode()
  await run('--prefix', '/lab', 'set', 'a', '--text', '')
  expect((await kv.listKeys('/', { recurse: 9 }))[0]).toEqual(['/lab/deadbeat/code/proc/a'])
})
