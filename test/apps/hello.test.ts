import { appendFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { scratch, startDeadbeat } from '../app/scratch.js'

test('lines that are appended are greeted at once, until a signal comes', async () => {
  const dir = scratch({ 'names.txt': 'Ada\n' })
  const argv = ['run', 'hello', '--input.filenames=names.txt', '--no-input.tail']
  const { child, ended } = await startDeadbeat(dir, argv, 'Hello, Ada!\n')
  appendFileSync(join(dir, 'names.txt'), 'Grace\n')
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  expect(String(chunk)).toBe('Hello, Grace!\n')
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0, signal: null })
})
