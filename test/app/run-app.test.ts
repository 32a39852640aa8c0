import { once } from 'node:events'
import { readFileSync, renameSync, watch } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { COUNT, SHOUT, deadbeat, messages, scratch, startDeadbeat } from './scratch.js'

const start = (files: Record<string, string> = {}) =>
  scratch({ 'apps/count.ts': COUNT, 'apps/shout.ts': SHOUT, ...files })

test('an app runs with the configuration beside it, and the first line of the log says which', () => {
  const dir = start({ 'config/count.yaml': 'input:\n  to: 3\n' })
  const { status, stdout, stderr } = deadbeat(dir, ['run', 'apps/count.ts'])
  expect([status, stdout]).toEqual([0, '1!\n2!\n3!\nfinishing\n'])
  expect(messages(stderr)).toEqual([`configuration: ${join(dir, 'config/count.yaml')}`, 'stopped'])
})

test('--config, variables and flags say otherwise', () => {
  const dir = start({ 'config/count.yaml': 'input: { to: 3 }', 'b.toml': '[input]\nto = 4\n' })
  const lines = (argv: string[], env = {}) =>
    deadbeat(dir, ['run', 'apps/count', ...argv], env).stdout.split('\n').length - 2
  expect(lines(['--config', 'b.toml'])).toBe(4)
  expect(lines(['--config=b.toml'], { DEADBEAT_INPUT_TO: '5' })).toBe(5)
  expect(lines(['--input.to', '6'], { DEADBEAT_INPUT_TO: '5' })).toBe(6)
})

test('every fault of the configuration is told at once, and the code is 78', () => {
  const dir = start({ 'config/count.json': '{"input":{"too":1},"train":{"inFlightMax":0}}' })
  const { status, stdout, stderr } = deadbeat(dir, ['run', 'apps/count', '--log.levle=debug'])
  const file = join(dir, 'config/count.json')
  expect({ status, stdout, stderr: stderr.split('\n') }).toEqual({
    status: 78,
    stdout: '',
    stderr: [
      `count: input.too is unknown: did you mean input.to? (${file}:1)`,
      `  train.inFlightMax must be at least 1: it is 0 (${file}:1)`,
      '  --log.levle is unknown: did you mean --log.level? (flag)',
      '',
    ],
  })
})

test("a value that a cog refuses while the train is built is the configuration's fault too", () => {
  const { status, stderr } = deadbeat(start(), ['run', 'apps/count', '--input.to=100'])
  expect([status, messages(stderr).at(-1)]).toEqual([78, 'not started: to must be at most 99'])
})

test.each([
  ['ENOENT', 66],
  ['ENOSPC', 74],
  ['EPIPE', 74],
  ['ERR_OUTPUT_FILE', 73],
  ['ERR_FINISH_TIMEOUT', 75],
  ['EWHATEVER', 70],
])('a train that fails with %s ends with code %d', (code, expected) => {
  const { status, stderr } = deadbeat(start(), ['run', 'apps/count', `--input.fail-with=${code}`])
  expect(status).toBe(expected)
  expect(messages(stderr).at(-1)).toBe(
    code === 'EPIPE' ? 'stopped: the reader of its output has gone' : 'stopped: failed as told',
  )
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops it in order, with code 0', async (signal) => {
  const { child, ended } = await startDeadbeat(start(), ['run', 'apps/count', '--input.forever'], '2!')
  child.kill(signal)
  const { status, stderr } = await ended
  expect([status, messages(stderr)]).toEqual([0, ['configuration: none', 'running', 'stopping', 'stopped']])
})

test('a second signal ends it at once', async () => {
  const argv = ['run', 'apps/count', '--input.forever', '--input.stubborn']
  const { child, ended } = await startDeadbeat(start(), argv, '2!')
  child.kill('SIGTERM')
  await once(child.stdout, 'data') // It says that it is finishing, which it will never have done.
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: null, signal: 'SIGTERM' })
})

test('a log in a file has it all, and a failure is told on stderr too', () => {
  const dir = start()
  const argv = ['run', 'apps/count', '--log.file=a.log', '--input.fail-with=EIO']
  expect(deadbeat(dir, argv)).toMatchObject({ status: 74, stderr: 'count: stopped: failed as told\n' })
  expect(messages(readFileSync(join(dir, 'a.log'), 'utf8'))).toEqual(['configuration: none', 'stopped: failed as told'])
})

test('SIGHUP opens the log anew, for what comes after', async () => {
  const dir = start()
  const argv = ['run', 'apps/count', '--log.file=a.log', '--input.forever']
  const { child, ended } = await startDeadbeat(dir, argv, '2!')
  renameSync(join(dir, 'a.log'), join(dir, 'old.log'))
  const watcher = watch(dir)
  const reopened = new Promise<void>((resolve) => {
    watcher.on('change', (kind, name) => {
      if (kind === 'change' && name === 'a.log') resolve() // Something was written to the new file.
    })
  })
  child.kill('SIGHUP')
  await reopened
  watcher.close()
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ status: 0, stderr: '' })
  const lines = (name: string) => messages(readFileSync(join(dir, name), 'utf8'))
  expect([lines('old.log'), lines('a.log')]).toEqual([
    ['configuration: none', 'running'],
    ['configuration reloaded: unchanged', 'stopping', 'stopped'],
  ])
})

test('a log that cannot be opened is told, with code 73', () => {
  const { status, stderr } = deadbeat(start(), ['run', 'apps/count', '--log.file=/nowhere/a.log'])
  expect([status, stderr]).toEqual([73, 'count: the log /nowhere/a.log cannot be opened: ENOENT\n'])
})

test("--help shows the app's settings", () => {
  const { status, stdout } = deadbeat(start(), ['run', 'apps/count', '--help'])
  expect(status).toBe(0)
  expect(stdout).toMatch(
    /^Counts\.\n\nUsage: count .*--input\.to NUMBER\n {6}How far it counts\..*--train\.in-flight-max NUMBER\n/s,
  )
})

test('a secret that everybody may read is warned of in the log', () => {
  const dir = start({
    'secret.ts': `import { app } from 'deadbeat/app'
      import { IntervalSupply } from 'deadbeat/cogs/interval-supply'
      export default app({
        name: 'secret',
        config: { a: { key: { doc: 'x', format: 'text', sensitive: true } } },
        build(train) { train.line(new IntervalSupply(train, { periodMs: 1, count: 1 }), () => null) },
      })`,
  })
  const { status, stderr } = deadbeat(dir, ['run', 'secret', '--a.key', 'tiger'])
  expect([status, messages(stderr)[0]]).toEqual([
    0,
    '--a.key shows a secret in the list of processes: use --a.key-file',
  ])
})
