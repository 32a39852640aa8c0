import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { IDLE } from '../support/daemon-app.js'
import { statusOf, world } from '../support/daemons.js'

const start = () => world({ 'apps/idle.js': IDLE }, undefined, 'idle')

test('another process takes the place of the first, and one that does not run is started', () => {
  const { deadbeat, pid, dir } = start()
  expect(deadbeat('restart', 'apps/idle').stdout).toBe(
    `idle runs: process ${pid()}; its log is ${dir}/state/idle.log\n`,
  )
  const first = pid()
  expect(deadbeat('restart', 'apps/idle', '--json')).toEqual({
    status: 0,
    stdout:
      `{"app":"idle","pid":${first},"killed":false}\n` +
      `{"app":"idle","pid":${pid()},"log":"${dir}/state/idle.log"}\n`,
    stderr: '',
  })
  expect([statusOf(first), statusOf(pid())]).toEqual(['gone', 'there'])
})

test('a wrong configuration leaves the old one running, code 78', () => {
  const { deadbeat, pid } = start()
  deadbeat('start', 'apps/idle')
  const first = pid()
  const { status, stderr } = deadbeat('restart', 'apps/idle', '--input.prot', '7')
  expect([status, stderr]).toEqual([78, 'apps/idle: --input.prot is unknown: did you mean --input.port? (flag)\n'])
  expect([pid(), statusOf(first)]).toEqual([first, 'there'])
})

test.each([
  ['the app throws while it is built', 65, /^idle: Error: failed while it was built\n {2}at Object\.build .*\n/],
  ['a cog refuses a value', 78, /^idle: periodMs must be .*\n/],
  ['the app does not parse', 65, /apps\/idle\.js:\d+:16 Expression expected/],
])('where %s, the old one goes on', (what, code, message) => {
  const { deadbeat, dir, pid } = start()
  deadbeat('start', 'apps/idle')
  const first = pid()
  const broken = {
    'the app throws while it is built': ["if (settings.input.fail === 'build')", ''],
    'a cog refuses a value': ['train.line(', 'new IntervalSupply(train, { periodMs: 0 })\ntrain.line('],
    'the app does not parse': ['export default', 'export default default'],
  }[what] as [string, string]
  const text = `import { IntervalSupply } from 'deadbeat/cogs/interval-supply'\n${IDLE.replace(...broken)}`
  writeFileSync(join(dir, 'apps/idle.js'), text)
  const { status, stdout, stderr } = deadbeat('restart', 'apps/idle')
  expect([status, stdout]).toEqual([code, ''])
  expect(stderr).toMatch(message)
  if (!what.includes('parse')) expect(stderr).toMatch(new RegExp(`\n  the old one goes on: process ${first}\n$`))
  expect([pid(), statusOf(first)]).toEqual([first, 'there'])
})

test('one that does not stop is not followed by another, code 75', () => {
  const { deadbeat, pid } = start()
  deadbeat('start', 'apps/idle', '--input.stubborn')
  const first = pid()
  expect(deadbeat('restart', 'apps/idle', '--timeout', '1ms').status).toBe(75)
  expect(deadbeat('restart', 'apps/idle', '--timeout', '1ms', '--kill').status).toBe(0)
  expect(pid()).not.toBe(first)
})
