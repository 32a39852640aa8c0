import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { IDLE } from '../support/daemon-app.js'
import { world } from '../support/daemons.js'

/** A daemon of `apps/idle.js` that runs, and then files of which none can be loaded any more. */
const start = () => {
  const own = world({ 'apps/idle.js': IDLE, 'b/idle.js': IDLE }, undefined, 'idle')
  expect(own.deadbeat('start', 'apps/idle').status).toBe(0)
  for (const file of ['apps/idle.js', 'b/idle.js'])
    writeFileSync(join(own.dir, file), 'throw new Error("it was loaded")\nexport default app()')
  return { ...own, first: own.pid() }
}

test('the daemon of a file is stopped without loading it, whatever that is by now', () => {
  const { deadbeat, first } = start()
  const stopped = { status: 0, stdout: `idle has stopped: process ${first}\n`, stderr: '' }
  expect(deadbeat('stop', 'apps/idle.js')).toEqual(stopped)
})

test.each([
  ['flags may mean another instance', ['apps/idle.js', '--daemon.directory', '.']],
  ['the process was started with another file', ['b/idle.js']],
])('where %s, the app is loaded', (_, argv) => {
  const { deadbeat, pid, first } = start()
  const { status, stderr } = deadbeat('stop', ...argv)
  expect([status, stderr]).toEqual([70, expect.stringContaining('it was loaded')])
  expect(pid()).toBe(first)
})
