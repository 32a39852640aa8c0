import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { temporary } from '../support/temporary.js'
import { nodeUnit } from '../../lib/cli/node-unit.js'

const argv = (...words: string[]) => ['/usr/bin/node', '/opt/main.js', 'node', ...words]

it('runs the node as it was asked for here, may shut jobs in, and write to the folder of its store', () => {
  const flags = { name: 'n1', url: 'file:/var/lib/fleet/kv', ttl: 10_000 }
  const unit = nodeUnit(flags, argv('--name', 'n1', '-g', 'lab', '--url', flags.url, '--unit'))
  for (const line of [
    'ExecStart=/usr/bin/node /opt/main.js node --name n1 -g lab --url file:/var/lib/fleet/kv',
    ...[
      'Type=notify',
      'WatchdogSec=30s',
      'RestrictNamespaces=no',
      'ReadWritePaths=/var/lib/fleet',
      'TimeoutStartSec=50s',
    ],
  ])
    expect(unit.split('\n')).toContain(line)
})

it('names files by their whole paths', () => {
  const unit = nodeUnit(
    { name: 'n1', ttl: 10_000 },
    argv('--name', 'n1', '--config', 'n1.json', '--rights=r.json', '--unit'),
  )
  expect(unit).toContain(`node --name n1 --config ${resolve('n1.json')} --rights=${resolve('r.json')}\n`)
})

it('names the node after its machine where no name was given', () => {
  expect(nodeUnit({ ttl: 10_000 }, argv('--unit'))).toContain(`/opt/main.js node --name ${hostname()}\n`)
})

it('is a unit in which systemd finds no fault', () => {
  const flags = { name: 'n1', url: 'file:/var/lib/a b/kv', ttl: 10_000 }
  const words = ['--name', 'n1', '--labels', 'room=5%', '--url', flags.url, '--items.key', '$n1', '--unit']
  const file = join(temporary(), 'deadbeat-node.service')
  writeFileSync(file, nodeUnit(flags, [process.execPath, '/opt/main.js', 'node', ...words]))
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
  // Where there is no systemd, the other tests must do.
  expect(error === undefined ? { status, stderr } : { status: 0, stderr: '' }).toEqual({ status: 0, stderr: '' })
})
