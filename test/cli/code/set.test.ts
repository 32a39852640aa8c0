import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scratch } from '../../app/scratch.js'
import { startCode } from './run-code.js'

test('new code is asynchronous, and has what is said of it', async () => {
  const { run, stored } = startCode()
  const set = await run('set', 'the.answer', '--text', 'return n', '-i', 'the answer', '-s', 'n', '42', '--vars', 'n,m')
  expect(set).toMatchObject({ status: 0, stdout: 'code the.answer is stored\n', stderr: '' })
  expect(await stored('the', 'answer')).toEqual({
    ...{
      code: 'return n',
      lang: 'js',
      mode: 'async',
      vars: ['n', 'm'],
      default: { n: 42 },
      requires: [],
      info: 'the answer',
    },
  })
})

test('what is not named stays as it is', async () => {
  const { run, stored } = startCode()
  await run('set', 'a', '--text', 'return 1', '-A', '-s', 'n', '1', '-s', 'm', '2')
  expect((await run('set', 'a', '-i', 'one')).stdout).toBe('code a is changed\n')
  expect(await stored('a')).toMatchObject({ code: 'return 1', mode: 'sync', default: { n: 1, m: 2 }, info: 'one' })
  await run('set', 'a', '-t', '-s', 'n', '=-', '-s', 'm', '=/')
  expect(await stored('a')).toMatchObject({ mode: 'thread', vars: ['n'], default: {} })
})

test('the text comes from a file, whose name says its language, or from stdin', async () => {
  const { run, runIn, stored } = startCode()
  const folder = scratch({})
  writeFileSync(join(folder, 'a.ts'), 'const n: number = 1\nreturn n\n')
  await run('set', 'a', '-S', join(folder, 'a.ts'))
  expect(await stored('a')).toMatchObject({ lang: 'ts', code: 'const n: number = 1\nreturn n\n' })
  await runIn({ stdin: 'return 2' }, 'set', 'a', '-S', '-', '--lang', 'js')
  expect(await stored('a')).toMatchObject({ lang: 'js', code: 'return 2' })
})

test.each([
  [['--text', 'return return'], 65, /^code set: code a can't be compiled: .*code:a:1/],
  [['--text', '', '--requires', 'no.such'], 65, /requires the module no\.such, which is not stored/],
  [['--text', '', '--vars', 'a-b'], 65, /vars must be a list of names/],
  [['-i', 'nothing else'], 64, /code a is new: give its text by --script or --text/],
  [['--text', '', '-S', 'x'], 64, /the text is given once/],
  [['--text', '', '-a', '-A'], 64, /code is one of --async, --sync/],
  [['--text', '', '-d', 'mode'], 64, /--data must be an object of JSON/],
  [['--text', '', '-d', '{"speed": 1}'], 65, /there is no "speed"/],
  [['-S', '/no/such/file'], 66, /\/no\/such\/file cannot be read/],
])('%j is refused, and nothing is stored', async (words, status, message) => {
  const { run, stored } = startCode()
  expect(await run('set', 'a', ...words)).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) })
  expect(await stored('a')).toBeNull()
})

test('to look is not to store', async () => {
  const { run, stored } = startCode()
  expect((await run('set', 'a', '--text', 'return 1', '-n')).stdout).toBe('code a could be stored\n')
  expect(await stored('a')).toBeNull()
  expect((await run('set', 'a', '--text', 'return return', '-n')).status).toBe(65)
})

test('what somebody else has written meanwhile is not written over', async () => {
  const { run, stored } = startCode()
  await run('set', 'a', '--text', 'return 1', '--rev', '0')
  expect(await run('set', 'a', '--text', 'return 2', '--rev', '0')).toMatchObject({ status: 73 })
  expect(await stored('a')).toMatchObject({ code: 'return 1' })
})

test('modules are parsed, in their order, and in no circle', async () => {
  const { run, kv, keys } = startCode()
  const set = (path: string, ...words: string[]) => run('module', 'set', path, ...words)
  expect(await set('lib.a', '--text', 'export const = 1')).toMatchObject({
    status: 65,
    stderr: expect.stringMatching(
      /^code module set: module lib\.a can't be compiled: Unexpected token '=' \(module:lib\.a:1:14\)/,
    ),
  })
  expect((await set('lib.a', '--text', 'export const n = 1')).stdout).toBe('module lib.a is stored\n')
  await set('lib.b', '--text', "export { n } from 'lib.a'", '--requires', 'lib.a')
  expect((await set('lib.a', '--requires', 'lib.b')).stderr).toMatch(/in a circle: lib\.a → lib\.b → lib\.a/)
  expect((await kv.get(keys.module(['lib', 'a'])))[0]).toContain('"requires": []')
  expect((await run('set', 'c', '--text', '', '--requires', 'lib.b')).status).toBe(0)
})
