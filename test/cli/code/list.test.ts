import { expect, test } from '@jest/globals'
import { startCode } from './run-code.js'

test('a line each, with mode, inputs, what it requires and what it is for; or a part of that', async () => {
  const { run, kv, keys } = startCode()
  await run('module', 'set', 'm', '--text', 'export {}', '-i', 'empty')
  await run('set', 'app.one', '--text', '', '--vars', 'a,b', '--requires', 'm', '-i', 'first')
  await run('set', 'app.one.deep', '--text', '', '-A')
  await kv.put(keys.code(['odd']), '{"speed": 1}')
  expect((await run('list')).stdout.split('\n')).toEqual([
    'app.one  async(a, b)  js  requires m  first',
    'app.one.deep  sync()  js',
    expect.stringMatching(/^odd {2}can't be used: code odd can't be used: there is no "speed"/),
    '',
  ])
  expect((await run('list', 'app', '-s')).stdout).toBe('app.one\napp.one.deep\n')
  expect((await run('list', 'app', '-s', '-m', '2')).stdout).toBe('app.one.deep\n')
  expect((await run('list', '-s', '-M', '1')).stdout).toBe('odd\n')
  expect((await run('module', 'list')).stdout).toBe('m  js  empty\n')
  expect((await run('list', 'odd', '-f')).stdout).toBe('{"path":"odd","speed":1}\n')
})

test('in JSON it is everything, an object a line', async () => {
  const { run, json } = startCode()
  await run('set', 'a', '--text', 'return 1')
  expect(await json('list')).toEqual([
    expect.objectContaining({ path: 'a', code: 'return 1', mode: 'async', revision: expect.any(Number) as unknown }),
  ])
})
