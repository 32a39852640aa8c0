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

test('one that does not stop is not followed by another, code 75', () => {
  const { deadbeat, pid } = start()
  deadbeat('start', 'apps/idle', '--input.stubborn')
  const first = pid()
  expect(deadbeat('restart', 'apps/idle', '--timeout', '1ms').status).toBe(75)
  expect(deadbeat('restart', 'apps/idle', '--timeout', '1ms', '--kill').status).toBe(0)
  expect(pid()).not.toBe(first)
})
