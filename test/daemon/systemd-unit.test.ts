import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { systemdUnit, type UnitOptions } from '../../lib/daemon/systemd-unit.js'
import { temporary } from '../support/temporary.js'

const OPTIONS: UnitOptions = {
  name: 'resolve',
  doc: 'Resolves: 100% of it.',
  command: [
    process.execPath,
    '/opt/my apps/a.js',
    '--config',
    '/etc/$x".yaml',
    '--p',
    '%t/deadbeat/resolve/a.pid',
    '5%',
  ],
  directory: '/srv/50%',
  user: null,
  group: null,
  groups: [],
  writes: [],
  umask: 0o027,
  startTimeoutMs: 30_500,
  stopTimeoutMs: 60_000,
}

const linesOf = (more: Partial<UnitOptions> = {}) => systemdUnit({ ...OPTIONS, ...more }).split('\n')

test('what means something to systemd is escaped, and what is meant so is not', () => {
  const lines = linesOf()
  expect(lines).toContain('Description=Resolves: 100%% of it.')
  expect(lines).toContain('WorkingDirectory=/srv/50%%')
  expect(lines).toContain(
    `ExecStart=${process.execPath} "/opt/my apps/a.js" --config "/etc/$$x\\".yaml" --p %t/deadbeat/resolve/a.pid 5%%`,
  )
})

test('it waits as long as the settings allow, and in whole seconds', () => {
  expect(linesOf()).toEqual(expect.arrayContaining(['TimeoutStartSec=31s', 'TimeoutStopSec=70s']))
})

test('nobody in particular is a made-up user; who is named is one', () => {
  expect(linesOf()).toContain('DynamicUser=yes')
  const lines = linesOf({ user: 'log', group: 'adm', groups: ['ssl-cert', 'systemd-journal'] })
  expect(lines).not.toContain('DynamicUser=yes')
  expect(lines).toEqual(
    expect.arrayContaining(['User=log', 'Group=adm', 'SupplementaryGroups=ssl-cert systemd-journal']),
  )
})

test('it may write to its own directories, and to what is named', () => {
  const lines = linesOf({ writes: ['/var/log/resolved', '/srv/a b'] })
  expect(lines).toEqual(
    expect.arrayContaining([
      'ProtectSystem=strict',
      'StateDirectory=deadbeat/resolve',
      'RuntimeDirectory=deadbeat/resolve',
      'ReadWritePaths=/var/log/resolved',
      'ReadWritePaths="/srv/a b"',
    ]),
  )
})

test('readiness, watchdog and reload are asked for, and no right is left', () => {
  expect(linesOf()).toEqual(
    expect.arrayContaining([
      'Type=notify',
      'NotifyAccess=main',
      'WatchdogSec=30s',
      'ExecReload=/bin/kill -HUP $MAINPID',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'SystemCallFilter=@system-service',
      'RestartPreventExitStatus=64 65 77 78',
    ]),
  )
})

test('systemd finds no fault with it', () => {
  const file = join(temporary(), 'deadbeat-resolve.service')
  writeFileSync(file, systemdUnit({ ...OPTIONS, writes: ['/var/log/a b'], user: 'daemon', groups: ['adm'] }))
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
  // Where there is no systemd, the other tests must do.
  expect(error === undefined ? { status, stderr } : { status: 0, stderr: '' }).toEqual({ status: 0, stderr: '' })
})
