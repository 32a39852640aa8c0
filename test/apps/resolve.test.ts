import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { DnsServer, type Reply } from '../support/dns-server.js'
import { scratch, startDeadbeat } from '../app/scratch.js'

const servers: DnsServer[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function start(log: string, zone: Readonly<Record<string, Reply>>) {
  const server = await DnsServer.start(zone)
  servers.push(server)
  const dir = scratch({ 'in.log': log })
  const argv = ['run', 'resolve', '--input.filenames=in.log', '--no-input.follow', '--output.path=out.txt']
  const { ended } = await startDeadbeat(dir, [...argv, `--dns.servers=${server.at}`], '')
  const { status } = await ended
  return { status, server, lines: readFileSync(join(dir, 'out.txt'), 'utf8').trimEnd().split('\n') }
}

test('each address comes out with its host name, or - if it has none; lines without an address do not', async () => {
  const log = 'from 192.0.2.1 port 5\nnothing here\nfrom 192.0.2.2\nfrom 192.0.2.1 again\nfrom 2001:db8::1\n'
  const zone = { '192.0.2.1': ['mx.example'], '2001:db8::1': ['six.example'] }
  const { status, lines, server } = await start(log, zone)
  expect(status).toBe(0)
  expect(lines.sort()).toEqual([
    '192.0.2.1 mx.example',
    '192.0.2.1 mx.example',
    '192.0.2.2 -',
    '2001:db8::1 six.example',
  ])
  expect(server.asked.filter((address) => address === '192.0.2.1')).toHaveLength(1)
})
