import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../support/sources.js'
import { emptyProject } from '../../support/project.js'

const APP = `import { formatDeadLetter } from 'deadbeat'
import { app } from 'deadbeat/app'
import { FileWatcherSupply, fileWatcherBaseConfig } from 'deadbeat/cogs/file-watcher-supply'
import { LineDrain, lineDrainBaseConfig } from 'deadbeat/cogs/line-drain'

export default app({
  name: 'shout',
  config: { input: fileWatcherBaseConfig, output: lineDrainBaseConfig, dead: lineDrainBaseConfig,
    shout: { end: { doc: 'What is put behind.', format: 'text', default: '!' } } },
  build(train, cfg) {
    const shout = (line) => {
      if (line === 'bad') throw new Error('no shouting')
      return [line.toUpperCase() + cfg.shout.end]
    }
    train.line(new FileWatcherSupply(train, cfg.input), shout, new LineDrain(train, cfg.output))
    train.deadLettersTo(({ cog, original }) => [\`\${cog} \${original}\`], new LineDrain(train, cfg.dead))
  },
})
`
const CONFIG =
  '{ "input": { "filenames": ["/nowhere/a"] }, "output": { "path": "/nowhere/b" }, "dead": { "path": "/nowhere/c" } }'

function start(files: Readonly<Record<string, string>> = {}) {
  const dir = emptyProject('linked', {
    'apps/shout.mjs': APP,
    'apps/shout.examples/config.json': CONFIG,
    'apps/shout.examples/first.in': 'a\nbad\nc\n',
    'apps/shout.examples/first.out': 'A!\nC!\n',
    'apps/shout.examples/first.dead.out': 'shout bad\n',
    ...files,
  })
  const deadbeat = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/lib/cli/main.js'), ...args], {
      cwd: dir,
      encoding: 'utf8',
    })
    return { status, stdout, stderr }
  }
  return { deadbeat, path: (name: string) => join(dir, 'apps/shout.examples', name) }
}

test('an app whose examples come out as expected passes', () => {
  const { deadbeat } = start()
  expect(deadbeat('test', 'apps/shout')).toEqual({
    status: 0,
    stdout: 'ok    first\nshout: all 1 as expected\n',
    stderr: '',
  })
})

test('what differs is shown line by line, the exit code is 65, and nothing is written', () => {
  const { deadbeat, path } = start({
    'apps/shout.examples/first.out': 'A!\nB!\nC!\n',
    'apps/shout.examples/more.in': 'x\n',
  })
  expect(deadbeat('test', 'apps/shout')).toEqual({
    status: 65,
    stdout: `FAIL  first
      apps/shout.examples/first.out: - expected, + came
          1   A!
          2 - B!
          3   C!
FAIL  more
      apps/shout.examples/more.out (isn't there: --update writes it): - expected, + came
          1 + X!
shout: 2 of 2 not as expected
`,
    stderr: '',
  })
  expect(existsSync(path('more.out'))).toBe(false)
})

test('with --update what came is what is expected from then on', () => {
  const { deadbeat, path } = start({ 'apps/shout.examples/first.out': 'old\n', 'apps/shout.examples/first.in': 'a\n' })
  expect(deadbeat('test', 'apps/shout', '--update').status).toBe(0)
  expect([readFileSync(path('first.out'), 'utf8'), existsSync(path('first.dead.out'))]).toEqual(['A!\n', false])
  expect(deadbeat('test', 'apps/shout').status).toBe(0)
})

test('settings may be given as flags, one example alone, and the report as JSON', () => {
  const { deadbeat } = start({ 'apps/shout.examples/other.in': 'x\n', 'apps/shout.examples/other.out': 'X?\n' })
  const { status, stdout } = deadbeat('test', 'apps/shout', '--only', 'other', '--json', '--shout.end=?')
  expect([status, JSON.parse(stdout)]).toEqual([
    0,
    { app: 'shout', ok: true, examples: [{ name: 'other', ok: true, written: [], faults: [] }] },
  ])
})

test('an expected file of a drain that the app has not is told', () => {
  const { deadbeat } = start({ 'apps/shout.examples/first.Other.out': 'A!\n' })
  expect(deadbeat('test', 'apps/shout').stdout).toContain(
    'first.Other.out: no such drain: the app has first.out, first.dead.out',
  )
})

test('an app that fails on its input fails the example', () => {
  const { deadbeat } = start({ 'apps/shout.mjs': APP.replace(/ {4}train.deadLettersTo.*\n/, '') })
  const { status, stdout } = deadbeat('test', 'apps/shout')
  expect([status, stdout]).toEqual([65, expect.stringContaining('the train failed: ')])
  expect(stdout).toContain('no shouting')
})

test('where there are no examples, a wrong setting or a wrong name, it says so', () => {
  const { deadbeat, path } = start()
  expect(deadbeat('test', 'apps/shout', '--only', 'x')).toMatchObject({
    status: 64,
    stderr: 'shout: --only must be one of first: it is x\n',
  })
  expect(deadbeat('test', 'apps/shout', '--shut.end=x').status).toBe(78)
  writeFileSync(path('config.json'), '{}')
  expect(deadbeat('test', 'apps/shout').status).toBe(78)
  rmSync(path('.'), { recursive: true })
  expect(deadbeat('test', 'apps/shout')).toMatchObject({
    status: 66,
    stderr: expect.stringContaining('there are no examples'),
  })
})

test('the examples of our own apps come out as expected', () => {
  for (const app of ['shape-json', 'hello']) {
    const { status, stdout } = spawnSync(process.execPath, ['dist/lib/cli/main.js', 'test', `apps/${app}`], {
      cwd: root,
      encoding: 'utf8',
    })
    expect([stdout, status]).toEqual([expect.stringContaining('as expected'), 0])
  }
})
