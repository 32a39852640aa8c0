import { writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { IDLE } from '../support/daemon-app.js'
import { gone, statusOf, USERS, world } from '../support/daemons.js'

describe.each(USERS)('as %s', (_, uid) => {
  const start = (...flags: string[]) => {
    const own = world({ 'apps/idle.js': IDLE }, uid, 'idle')
    expect(own.deadbeat('start', 'apps/idle', ...flags).status).toBe(0)
    return { ...own, first: own.pid() }
  }

  test('a daemon stops in order, and then it is not running, code 69', () => {
    const { deadbeat, first, pidFile } = start()
    expect(deadbeat('stop', 'apps/idle')).toEqual({
      status: 0,
      stdout: `idle has stopped: process ${first}\n`,
      stderr: '',
    })
    expect(statusOf(first)).toBe('gone')
    expect(deadbeat('stop', 'apps/idle')).toEqual({
      status: 69,
      stdout: '',
      stderr: `idle is not running: no process holds ${pidFile}\n`,
    })
  })

  test('one that does not end in time is told so, code 75, and killed if that is wanted', async () => {
    const { deadbeat, first } = start('--input.stubborn')
    const late = deadbeat('stop', 'apps/idle', '--timeout', '1ms')
    expect([late.status, late.stderr]).toEqual([
      75,
      `idle (process ${first}) has not stopped within 1 ms: wait longer (--timeout 5m), or end it now (--kill)\n`,
    ])
    // A second SIGTERM ends it at once; without one it would be killed.
    expect(deadbeat('stop', 'apps/idle', '--timeout', '0', '--kill', '--json').stdout).toMatch(
      new RegExp(`^{"app":"idle","pid":${first},"killed":(true|false)}\n$`),
    )
    await gone(first)
  })
})

const start = () => world({ 'apps/idle.js': IDLE, 'a.mjs': 'throw new Error("it ran")' }, undefined, 'idle')

test('a daemon can be named by its pid file alone, and no app is loaded', () => {
  const { deadbeat, pidFile, dir } = start()
  deadbeat('start', 'apps/idle')
  writeFileSync(`${dir}/apps/idle.js`, 'broken(')
  expect(deadbeat('stop', '--pid-file', pidFile).status).toBe(0)
  expect(deadbeat('stop', '--pid-file', pidFile).stderr).toBe(
    `${pidFile} is not running: no process holds ${pidFile}\n`,
  )
})

test('a daemon is stopped by its name, from any folder, and while its configuration is wrong', () => {
  const { deadbeat } = start()
  deadbeat('start', 'apps/idle')
  expect(deadbeat('stop', 'apps/idle', '--input.nonsense').status).toBe(0)
  deadbeat('start', 'apps/idle')
  expect(deadbeat('stop', 'idle').stdout).toMatch(/^idle has stopped/)
  expect(deadbeat('stop', 'idle').status).toBe(66)
  expect(deadbeat('stop', 'apps/idle', '--input.nonsense').status).toBe(78)
})

test('a number in a pid file that nobody has locked gets no signal', () => {
  const { deadbeat, pidFile } = start()
  writeFileSync(pidFile, `${process.pid}\n`)
  expect(deadbeat('stop', 'apps/idle').status).toBe(69)
})

test('a plain script is not run, only to stop it', () => {
  const { status, stderr } = start().deadbeat('stop', 'a.mjs')
  expect(status).toBe(64)
  expect(stderr).toMatch(/a\.mjs is a plain script, not made with app\(\): .* Give that with --pid-file/)
})
