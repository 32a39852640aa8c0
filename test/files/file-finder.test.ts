import { afterEach, expect, jest, test } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileFinder } from '../../lib/files/file-finder.js'
import { silentLogger } from '../../lib/movement/logger.js'
import { Escapement } from '../../lib/movement/loop/escapement.js'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function start(...filenames: string[]) {
  const root = mkdtempSync(join(tmpdir(), 'find-'))
  const esc = new Escapement()
  const rounds: { paths: string[]; isFirst: boolean }[] = []
  const target = {
    found: (paths: readonly string[], _literals: ReadonlySet<string>, isFirst: boolean) =>
      void rounds.push({ paths: paths.map((path) => path.replace(`${root}/`, '')), isFirst }),
    changed: () => false,
  }
  const finder = new FileFinder(
    esc,
    silentLogger,
    filenames.map((name) => join(root, name)),
    10,
    target,
  )
  cleanups.push(async () => {
    await finder.close()
    esc.close()
    rmSync(root, { recursive: true, force: true })
  })
  const finds = async (path: string) => {
    while (rounds.at(-1)?.paths.includes(path) !== true) await new Promise((resolve) => setImmediate(resolve))
  }
  const write = (name: string) => writeFileSync(join(root, name), '')
  return { root, finder, rounds, finds, write, esc }
}

test('tells of what is there at first, and which patterns match nothing', async () => {
  const { finder, rounds, write, root } = start('a.log', '*.txt')
  write('a.log')
  expect(await finder.start()).toEqual([join(root, '*.txt')])
  expect(rounds[0]).toEqual({ paths: ['a.log'], isFirst: true })
})

test('tells of files that come to match, also in directories and through links that come later', async () => {
  const { finder, finds, write, root } = start('*/x/*.log', 'link/deep/b.log')
  await finder.start()
  mkdirSync(join(root, 'd/x'), { recursive: true })
  write('d/x/a.log')
  await finds('d/x/a.log')
  mkdirSync(join(root, 'real/deep'), { recursive: true })
  write('real/deep/b.log')
  symlinkSync('real', join(root, 'link'))
  await finds('link/deep/b.log')
})

test('looks once for many changes', async () => {
  const { finder, finds, rounds, write, esc } = start('*.log')
  await finder.start()
  for (let i = 0; i < 500; i++) write(`${i}.log`)
  await finds('499.log')
  await esc.waitIdle()
  expect(rounds.length).toBeLessThan(100)
})

test.each([
  ['while it looks', true],
  ['before it looks', false],
])('reads no directory any more once it is closed %s', async (_, isLooking) => {
  const { finder, rounds, esc } = start('*/*.log')
  const turn = () => new Promise<void>((resolve) => esc.enqueue(resolve))
  const reads = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('FSReq'))
  await finder.start()
  while (reads().length > 0) await turn()
  const { length } = rounds
  finder.rescan()
  if (isLooking) await turn()
  expect(reads().length > 0).toBe(isLooking)
  await finder.close()
  finder.rescan()
  await turn()
  expect([rounds.length, reads()]).toEqual([length, []])
})

test.each(['at once', 'behind its first look'])(
  'binds nothing that stays if it is closed %s while it starts',
  async (when) => {
    const { finder, rounds, esc } = start('*.log')
    const { inotify } = esc
    const bound = [jest.spyOn(esc, 'inotifyAdd'), jest.spyOn(esc, 'every')]
    const unbound = [jest.spyOn(esc, 'inotifyRm'), jest.spyOn(esc, 'cancel')]
    const times = (spies: readonly { mock: { calls: unknown[] } }[]) =>
      spies.reduce((sum, { mock }) => sum + mock.calls.length, 0)
    let closing: Promise<void> | null = null
    const look = () => {
      if (closing === null) queueMicrotask(() => void (closing ??= finder.close()))
      return inotify
    }
    Object.defineProperty(esc, 'inotify', { get: look })
    const starting = finder.start()
    if (when === 'at once') closing = finder.close()
    expect(await starting).toEqual([])
    await closing
    await esc.waitIdle()
    expect([rounds, times(bound) - times(unbound)]).toEqual([[], 0])
  },
)
