import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { IDLE } from '../support/daemon-app.js'
import { MAIN, world } from '../support/daemons.js'

const start = () => world({ 'apps/idle.js': IDLE, 'config/idle.json': '{}', 'a.mjs': '' }, undefined, 'idle')

test('the unit runs the app in the foreground, with absolute paths and the settings that are given', () => {
  const { deadbeat, dir } = start()
  const { status, stdout, stderr } = deadbeat(
    'unit',
    'apps/idle',
    '--input.port',
    '80',
    '--write',
    'out',
    '--group',
    'adm',
  )
  expect([status, stderr]).toEqual([0, ''])
  const lines = stdout.split('\n')
  const app = `${join(dir, 'apps/idle.js')} --config ${join(dir, 'config/idle.json')} --input.port 80`
  expect(lines).toEqual(
    expect.arrayContaining([
      'Description=Does nothing.',
      `ExecStart=${process.execPath} ${MAIN} run ${app} --daemon.detach false --daemon.pid-file %t/deadbeat/idle/idle.pid`,
      `WorkingDirectory=${dir}`,
      'DynamicUser=yes',
      'SupplementaryGroups=adm',
      'UMask=027',
      `ReadWritePaths=${join(dir, 'out')}`,
      'TimeoutStopSec=40s',
    ]),
  )
})

test('user, mode bits, directory and log of the settings are those of the unit', () => {
  const flags = [
    '--daemon.user',
    'nobody',
    '--daemon.umask',
    '022',
    '--daemon.directory',
    '/srv',
    '--log.file',
    '/l/a.log',
  ]
  const lines = start()
    .deadbeat('unit', 'apps/idle', ...flags)
    .stdout.split('\n')
  expect(lines).toEqual(
    expect.arrayContaining(['User=nobody', 'UMask=022', 'WorkingDirectory=/srv', 'ReadWritePaths=/l']),
  )
})

test('a root of its own and a unit exclude each other, code 78', () => {
  const { status, stderr } = start().deadbeat('unit', 'apps/idle', '--daemon.chroot', '/srv')
  expect(status).toBe(78)
  expect(stderr).toContain('idle: daemon.chroot must not be set for a unit')
})

test('the snippet for logrotate names the log, what else is to be rotated, and the pid file', () => {
  const { deadbeat, dir, pidFile } = start()
  const { stdout } = deadbeat('unit', 'apps/idle', '--logrotate', '--write', '/var/out.txt', '--daemon.user', 'nobody')
  expect(stdout).toMatch(`"${join(dir, 'state/idle.log')}" "/var/out.txt" {\n`)
  expect(stdout).toContain('    create 0640 nobody nobody\n')
  expect(stdout).toContain(`kill -USR1 "$(cat '${pidFile}')"`)
})

test('of a plain script nothing is known, code 64', () => {
  expect(start().deadbeat('unit', 'a.mjs').status).toBe(64)
})
