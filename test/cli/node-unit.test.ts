import { hostname } from 'node:os'
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

it('names the node after its machine where no name was given', () => {
  expect(nodeUnit({ ttl: 10_000 }, argv('--unit'))).toContain(`/opt/main.js node --name ${hostname()}\n`)
})
