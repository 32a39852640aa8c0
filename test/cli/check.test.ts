import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { COUNT, SHOUT, deadbeat, scratch } from '../app/scratch.js'

const start = (files: Record<string, string> = {}) =>
  scratch({ 'apps/count.ts': COUNT, 'apps/shout.ts': SHOUT, ...files })

test('an app that is right is told with its train, and nothing runs', () => {
  const dir = start({ 'config/count.yaml': 'input:\n  to: 3\n' })
  expect(deadbeat(dir, ['check', 'apps/count'])).toEqual({
    status: 0,
    stdout: `count is right, with ${dir}/config/count.yaml; its train would be:\n  Count → function → open end\n`,
    stderr: '',
  })
  const made = readdirSync(dir).filter((name) => !['apps', 'config'].includes(name))
  expect(made).toEqual(['.cache']) // What the TypeScript of the app was turned into.
})

test('a configuration file is checked with its app', () => {
  const dir = start({ 'config/count.yaml': 'input:\n  to: 3\n  too: 4\n' })
  expect(deadbeat(dir, ['check', 'config/count.yaml'])).toEqual({
    status: 78,
    stdout: '',
    stderr: 'count: input.too is unknown: did you mean input.to? (config/count.yaml:3)\n',
  })
  expect(deadbeat(dir, ['check', 'config/none.yaml']).status).toBe(66)
})

test('every fault is told at once, also as JSON', () => {
  const dir = start({ 'a.json': '{"log":{"level":"loud"}}' })
  const { status, stdout, stderr } = deadbeat(dir, ['check', 'apps/count', '--config', 'a.json', '--json', '--zebra'])
  expect([status, stderr]).toEqual([78, ''])
  expect(JSON.parse(stdout)).toEqual({
    app: 'count',
    ok: false,
    config: null,
    faults: [
      expect.stringMatching(/^log.level must be one of .* \(a.json:1\)$/),
      '--zebra is unknown: --help lists what there is (flag)',
    ],
    warnings: [],
    lines: [],
  })
  expect(JSON.parse(deadbeat(dir, ['check', '--json', 'apps/count']).stdout)).toMatchObject({
    ok: true,
    lines: [['Count', 'function', 'open end']],
  })
})

test("what a cog refuses is the configuration's fault, what the app does wrong is its own", () => {
  const dir = start({
    'bug.mjs': `import { app } from 'deadbeat/app'
export default app({ name: 'bug', build() { null.x } })\n`,
    'open.mjs': `import { app } from 'deadbeat/app'
export default app({ name: 'open', build(train) { train.line((x) => [x]) } })\n`,
  })
  expect(deadbeat(dir, ['check', 'apps/count', '--input.to', '100'])).toMatchObject({
    status: 78,
    stderr: 'count: to must be at most 99\n',
  })
  expect(deadbeat(dir, ['check', 'open'])).toMatchObject({
    status: 65,
    stderr: expect.stringMatching(/^open: nothing leads into the line that begins with /),
  })
  const { status, stderr } = deadbeat(dir, ['check', 'bug'])
  expect([status, stderr]).toEqual([65, expect.stringMatching(/^bug: TypeError: .*\n {2,}at /)])
  expect(stderr).toContain(join(dir, 'bug.mjs'))
})

test('an app that is not there is told, code 66', () => {
  expect(deadbeat(start(), ['check', 'apps/cuont'])).toMatchObject({
    status: 66,
    stderr: expect.stringContaining('did you mean apps/count?'),
  })
})
