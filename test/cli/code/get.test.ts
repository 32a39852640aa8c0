import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scratch } from '../../app/scratch.js'
import { startCode } from './run-code.js'

test('the text is on stdout, all else beside it', async () => {
  const { run, json } = startCode()
  await run('set', 'a', '--text', 'return 1', '-i', 'one')
  const got = await run('get', 'a')
  expect(got.stdout).toBe('return 1\n')
  expect(got.stderr).toContain('mode: "async"\n')
  expect(await run('get', 'a', '-q')).toMatchObject({ stdout: 'return 1\n', stderr: '' })
  expect(await json('get', 'a')).toMatchObject([{ path: 'a', code: 'return 1', info: 'one' }])
})

test('the text goes to a file as it is', async () => {
  const { run } = startCode()
  const file = join(scratch({}), 'a.js')
  await run('module', 'set', 'a', '--text', 'export {}')
  expect((await run('module', 'get', 'a', '-S', file, '-q')).stdout).toBe('')
  expect(readFileSync(file, 'utf8')).toBe('export {}')
})

test('a person sees no control characters of others', async () => {
  const { run, runIn } = startCode()
  await run('set', 'a', '--text', 'return "\u001b[2J"')
  expect((await runIn({ terminal: { out: true } }, 'get', 'a', '-q')).stdout).toBe('return "\\x1b[2J"\n')
})

test('what is not there, or no entry at all, is told', async () => {
  const { run, kv, keys } = startCode()
  expect(await run('get', 'a')).toMatchObject({
    status: 66,
    stderr: 'code get: there is no code a: deadbeat code list shows what there is\n',
  })
  await kv.put(keys.code(['a']), 'text')
  expect(await run('get', 'a')).toMatchObject({
    status: 65,
    stderr: expect.stringMatching(/code a is no object of JSON/),
  })
})
