import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { deadbeat, node, scratch } from '../app/scratch.js'
import { emptyProject } from '../support/project.js'

const runTest = (dir: string, file: string) => node(dir, ['--import', 'deadbeat/typescript', '--test', file])

test('a new cog works, its test passes, and fails if the cog is broken', () => {
  const dir = emptyProject('linked', {})
  const { status, stdout } = deadbeat(dir, ['new', 'cog', 'cut-text'])
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^made cogs\/cut-text.ts, test\/cogs\/cut-text.test.ts\n/),
  ])
  expect(stdout).toContain("import { CutText, cutTextBaseConfig } from '../cogs/cut-text.js'")
  expect(runTest(dir, 'test/cogs/cut-text.test.ts')).toMatchObject({ status: 0 })
  const file = join(dir, 'cogs/cut-text.ts')
  writeFileSync(file, readFileSync(file, 'utf8').replace('.slice(0, lengthMax)', ''))
  expect(runTest(dir, 'test/cogs/cut-text.test.ts').status).toBe(1)
})

test('a new app works, its configuration is right, and its test passes', () => {
  const dir = emptyProject('linked', {})
  expect(deadbeat(dir, ['new', 'app', 'errors'])).toMatchObject({ status: 0 })
  expect(deadbeat(dir, ['check', 'apps/errors.ts'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('  FileWatcherSupply → function → LineDrain\n'),
  })
  const { status, stdout } = runTest(dir, 'test/apps/errors.test.ts')
  expect([status, stdout]).toEqual([0, expect.stringContaining('pass 1')])
})

test('nothing is written over, and then nothing is written at all, code 73', () => {
  const dir = emptyProject('linked', {})
  mkdirSync(join(dir, 'test/cogs'), { recursive: true })
  writeFileSync(join(dir, 'test/cogs/mine.test.ts'), 'mine')
  expect(deadbeat(dir, ['new', 'cog', 'Mine'])).toEqual({
    status: 73,
    stdout: '',
    stderr: 'new: test/cogs/mine.test.ts exist: move them away or take another name\n',
  })
  expect(() => readFileSync(join(dir, 'cogs/mine.ts'))).toThrow('ENOENT')
  expect(readFileSync(join(dir, 'test/cogs/mine.test.ts'), 'utf8')).toBe('mine')
})

test.each(['../evil', 'a b', '', '-x', 'a/b', 'ä'])('%j is no name, code 64', (name) => {
  const { status } = deadbeat(emptyProject('linked', {}), ['new', 'cog', '--', name])
  expect(status).toBe(64)
})

test('only a project without Deadbeat is told to install it', () => {
  const lesson = (dir: string): string => deadbeat(dir, ['new', 'app', 'a']).stdout
  expect(lesson(scratch({}))).toContain('  npm install deadbeat\n')
  expect(lesson(emptyProject('linked', {}))).not.toContain('npm install')
})
