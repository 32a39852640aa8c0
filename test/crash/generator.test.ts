import { fork, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../support/sources.js'

interface Message {
  readonly ask?: { readonly id: number }
  readonly rotated?: string
  readonly ended?: 'streams' | 'beat'
  readonly heard?: string
}

const STREAM = {
  ...{ again: 0, refused: 0.1, text: 0.1, partial: 0.5, isReaderSteady: false, isPattern: false, isSearched: false },
  ...{ pauseMs: 5, rotateMs: 60, burstMax: 50, retire: ['compress'], rotations: { rename: 2, copyTruncate: 1 } },
}

/** Let the generator write, with a parent that answers what it is asked; answers what it has rotated, and the directory. */
async function generate(streams: readonly object[]): Promise<{ rotated: string[]; directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'deadbeat-generator-'))
  mkdirSync(join(directory, 'in'))
  const generator = { seed: 1, durationMs: 1000, beatMs: 10, streams }
  const checks = [{ name: 'in', form: 'folder', path: 'in', kinds: 'jtr', ordered: false, exact: true }]
  writeFileSync(join(directory, 'generator.json'), JSON.stringify(generator))
  writeFileSync(join(directory, 'checks.json'), JSON.stringify(checks))
  const child = fork(join(root, 'test/crash/generator.mjs'), [directory], { execArgv: [], timeout: 60_000 })
  const rotated: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.on('message', ({ ask, rotated: how, ended }: Message) => {
      if (ask !== undefined) child.send({ settled: ask.id })
      if (how !== undefined) rotated.push(how)
      if (ended === 'streams') child.send({ enough: true })
      if (ended === 'beat') resolve()
    })
    child.on('exit', () => reject(new Error('it ended too early')))
  })
  child.disconnect()
  return { rotated, directory }
}

function check(directory: string): unknown {
  return JSON.parse(
    String(spawnSync(process.execPath, [join(root, 'test/crash/checker.mjs'), directory]).stdout),
  ) as unknown
}

test('what is noted is in the files, once, through every rotation that deletes nothing', async () => {
  const { rotated, directory } = await generate([
    { ...STREAM, stream: 'a', numbering: 'shift' },
    { ...STREAM, stream: 'b', numbering: 'serial' },
    { ...STREAM, stream: 'c', numbering: 'shift', isPattern: true },
  ])
  expect(check(directory)).toMatchObject({ lost: 0, repeated: 0, corrupt: 0, examples: [] })
  expect(new Set(rotated)).toEqual(new Set(['rename', 'copyTruncate']))
  const files = readdirSync(join(directory, 'in'), { recursive: true }) as string[]
  expect(files.some((name) => name.endsWith('.gz'))).toBe(true)
  // Where files are found by a pattern, nothing may look like them that is none of them.
  expect(files.filter((name) => /^c\.log\..*gz/.test(name))).toEqual([])
  rmSync(directory, { recursive: true })
})

test('lines that are written again are noted once', async () => {
  const { directory } = await generate([{ ...STREAM, stream: 'a', numbering: 'shift', again: 0.2 }])
  const report = check(directory) as { lost: number; repeated: number }
  expect(report.lost).toBe(0)
  expect(report.repeated).toBeGreaterThan(10)
  rmSync(directory, { recursive: true })
})

test('files that are deleted take their lines with them, as nobody needs them any more', async () => {
  const { rotated, directory } = await generate([
    { ...STREAM, stream: 'a', numbering: 'shift', retire: ['delete'], rotations: { recreate: 1 } },
  ])
  expect(rotated).toContain('recreate')
  expect(check(directory)).toMatchObject({ repeated: 0, corrupt: 0 })
  expect(readFileSync(join(directory, 'notes'), 'utf8')).toMatch(/^z j$/m)
  rmSync(directory, { recursive: true })
})
