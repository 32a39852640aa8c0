// What goes out can't be written: each a clear message, the right exit code, and nothing lost that could be kept.
import { spawnSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { messages, start } from './apps.js'

const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

const LINES = Array.from({ length: 3000 }, (_, n) => JSON.stringify({ n, pad: 'x'.repeat(60) }))
const RETRY = ['--output.retry-ms', '20']

function mount(dir: string): boolean {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]).status !== 0) return false
  cleanups.push(() => spawnSync('umount', ['-l', dir]))
  return true
}

/** A folder `small` in which 64 KiB have room: a file system of that size, or a limit that anybody may set himself. */
function startSmall(kind: 'a small disk' | 'a small limit') {
  const isDisk = kind === 'a small disk'
  const project = start({ 'in.jsonl': LINES.map((line) => `${line}\n`).join('') }, isDisk ? '' : 'ulimit -S -f 128')
  const small = join(project.dir, 'small')
  mkdirSync(small, { mode: 0o777 })
  if (isDisk) mount(small)
  const makeRoom = (pid: number) =>
    isDisk
      ? spawnSync('mount', ['-o', 'remount,size=4m', small])
      : spawnSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited'])
  const argv = ['--input.filenames', 'in.jsonl', '--input.follow', 'false', '--output.path', 'small/out', ...RETRY]
  return { ...project, makeRoom, argv: ['run', 'shape', ...argv, '--dead.path', 'dead'] }
}

const canMount = (() => {
  const { dir } = start()
  const mounted = mount(dir)
  cleanups.splice(0).forEach((cleanup) => cleanup())
  return mounted
})()
const kinds = canMount ? (['a small disk', 'a small limit'] as const) : (['a small limit'] as const)

test.each(kinds)('%s makes the train wait; with room again everything is written, once', async (kind) => {
  const { launch, makeRoom, argv, lines, path } = startSmall(kind)
  const { child, ended, says } = launch(...argv)
  await says(/^cannot write small\/out: .*everything is kept and tried again$/)
  expect(statSync(path('small/out')).size).toBeLessThanOrEqual(65_536)
  expect(makeRoom(child.pid ?? 0).status).toBe(0)
  const outcome = await ended
  expect([outcome.status, messages(outcome)]).toEqual([
    0,
    [expect.stringMatching(/^error cannot write/), 'info small/out can be written again'],
  ])
  expect(lines('small/out')).toEqual(LINES)
})

test.each(kinds)('%s is code 74 after so many tries; what is written are whole lines', async (kind) => {
  const { launch, argv, read, lines } = startSmall(kind)
  const outcome = await launch(...argv, '--output.retries-max', '2').ended
  expect([outcome.status, messages(outcome)]).toEqual([
    74,
    [
      expect.stringMatching(/^error cannot write/),
      expect.stringMatching(/^fatal stopped: gave up writing small\/out with \d+ characters left: (ENOSPC|EFBIG): /),
    ],
  ])
  expect(outcome.log.at(-1)?.err).toBeUndefined()
  expect(read('small/out')).toMatch(/^$|\n$/)
  expect(lines('small/out')).toEqual(LINES.slice(0, lines('small/out').length))
})

test.each(kinds)('with %s it can be stopped: code 75, since what it read is not done', async (kind) => {
  const { launch, argv, read, lines } = startSmall(kind)
  const { child, ended, says } = launch(...argv, '--train.finish-timeout-ms', '200')
  await says(/^cannot write small\/out/)
  child.kill('SIGTERM')
  const outcome = await ended
  expect([outcome.status, messages(outcome).at(-1)]).toEqual([
    75,
    expect.stringMatching(/^fatal stopped: LineDrain.* did not finish within finishTimeoutMs \(200 ms\)/),
  ])
  expect(read('small/out')).toMatch(/^$|\n$/)
  expect(lines('small/out')).toEqual(LINES.slice(0, lines('small/out').length))
})

test.each([
  ['none/out', 'ENOENT', '; make its directory, or set mkdir'],
  ['.', 'EISDIR', ''],
])('an output that cannot be opened, %s, is code 73', async (name, code, hint) => {
  const { run } = start({ 'in.log': 'x\n' })
  const outcome = await run('copy', '--input.filenames', 'in.log', '--output.path', name)
  expect([outcome.status, messages(outcome)]).toEqual([
    73,
    [expect.stringMatching(new RegExp(`^fatal stopped: cannot open ${name} to append to it: ${code}: .*${hint}$`))],
  ])
})

test('a reader that goes ends it with code 74, in one line without a stack', () => {
  const { shell, path } = start()
  writeFileSync(path('in.log'), 'a line of some length, many times over\n'.repeat(100_000))
  const line = '{ $deadbeat run print --input.filenames in.log --input.follow false; echo $? >status; } | head -n 1'
  const { stdout, stderr } = shell(`${line}; cat status`)
  expect(stdout).toBe('a line of some length, many times over\n74\n')
  expect(stderr.split('\n').at(-2)).toMatch(
    /^\{"level":"fatal",.*"msg":"stopped: the reader of its output has gone"\}$/,
  )
  expect(stderr).not.toMatch(/stack|\n {4}at /)
})
