import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { makeStateDirectory, stateDirectory } from '../../lib/files/state-directory.js'
import { scratch } from '../app/scratch.js'

test("the flag wins over systemd, that over the superuser's place", () => {
  const env = { STATE_DIRECTORY: '/run/a:/run/b', XDG_STATE_HOME: '/x', HOME: '/h' }
  expect(stateDirectory('a', { flag: '/f', env, isRoot: true })).toBe('/f')
  expect(stateDirectory('a', { env, isRoot: true })).toBe('/run/a')
  expect(stateDirectory('a', { env: { HOME: '/h' }, isRoot: true })).toBe('/var/lib/deadbeat/a')
})

test('anybody else has it under XDG_STATE_HOME or in the home directory', () => {
  expect(stateDirectory('a', { env: { XDG_STATE_HOME: '/x', HOME: '/h' }, isRoot: false })).toBe('/x/deadbeat/a')
  expect(stateDirectory('a', { env: { XDG_STATE_HOME: 'x', HOME: '/h' }, isRoot: false })).toBe(
    '/h/.local/state/deadbeat/a',
  )
})

test('what lies above it is passed through by daemons of several users, if it is the superuser that makes it', () => {
  const above = join(scratch({}), 'deadbeat')
  makeStateDirectory('a', { flag: join(above, 'a'), isRoot: true })
  expect([above, join(above, 'a')].map((dir) => statSync(dir).mode & 0o777)).toEqual([0o755, 0o700])
})

test('where it can not be made that is said, with the way out', () => {
  const flag = join(scratch({ file: '' }), 'file/b/a')
  expect(() => makeStateDirectory('a', { flag })).toThrow(
    `the state directory ${flag} cannot be made (ENOTDIR): make it, or name another (--state-dir)`,
  )
})

test('naming makes nothing, making gives it to its owner alone', () => {
  const env = { XDG_STATE_HOME: scratch({}) }
  const named = stateDirectory('a', { env, isRoot: false })
  expect(() => statSync(named)).toThrow('ENOENT')
  expect(makeStateDirectory('a', { env, isRoot: false })).toBe(join(env.XDG_STATE_HOME, 'deadbeat/a'))
  expect(statSync(named).mode & 0o777).toBe(0o700)
})
