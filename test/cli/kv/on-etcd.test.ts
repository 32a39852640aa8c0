import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openKv } from '../../../lib/kv/open-kv.js'
import { makeCertificates } from '../../support/certificates.js'
import { hasEtcd, startEtcd, type Etcd } from '../../support/etcd.js'
import { temporary } from '../../support/temporary.js'
import { runWith, type Around } from './run-kv.js'

/** The commands over a real etcd, each with a connection of its own, as processes have. */
function over(etcd: Etcd) {
  const DEADBEAT_KV = `etcd://${etcd.host}:${etcd.port}`
  const runIn = (around: Around, ...argv: string[]) =>
    runWith(openKv, { ...around, env: { PATH: process.env['PATH']!, DEADBEAT_KV, ...around.env } }, argv)
  const run = (...argv: string[]) => runIn({}, ...argv)
  return { run, runIn }
}

test('etcd is there: npm run verify installs it', () => {
  expect(hasEtcd).toBe(true)
})

test('what the commands write etcdctl reads, and the other way round', async () => {
  const etcd = await startEtcd()
  const { run, runIn } = over(etcd)
  expect((await run('create', '/a/é', '1')).stdout).toBe('/a/é created at revision 2\n')
  etcd.ctl('put', '2/a/b', 'from etcdctl')
  etcd.ctl('put', '1/ab', 'beside')
  expect(etcd.ctl('get', '2/a/é', '--print-value-only')).toBe('1\n')
  expect((await run('list', '--all', '-v')).stdout).toBe('/a/b = from etcdctl\n/a/é = 1\n/ab = beside\n')
  expect((await run('create', '/a/b', '1')).status).toBe(73)
  expect((await run('put', '/a/b', '2', '--if-rev', '3')).status).toBe(0)
  expect((await run('update', '/a/b', '3', '--if-rev', '3')).status).toBe(73)
  expect((await run('update', '/none', '3')).status).toBe(66)
  expect((await run('get', '/a/b', '--rev', '3')).stdout).toBe('from etcdctl\n')
  expect((await run('diff', '3', 'now')).stdout).toBe('5 ~ /a/b\n    - from etcdctl\n    + 2\n4 + /ab = beside\n')
  expect((await run('delete', '/a', '-r', '--yes')).stdout).toBe('deleted /a/b\ndeleted /a/é\n')
  expect((await runIn({ terminal: { in: true, err: true }, stdin: 'yes' }, 'delete', '/', '-r')).stdout).toBe(
    'deleted /ab\n',
  )
})

test('more keys than one transaction takes are imported in several and deleted in one', async () => {
  const etcd = await startEtcd()
  const { run, runIn } = over(etcd)
  const keys = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`/k/${n}${'/x'.repeat(n % 20)}`, { text: `${n}` }]),
  )
  const stdin = JSON.stringify({ format: 'deadbeat-kv', version: 1, path: '/k', revision: 1, keys })
  const { status, stderr } = await runIn({ stdin }, 'import', '-', '-q')
  expect([status, stderr]).toEqual([0, expect.stringContaining('they go in 3\n')])
  expect((await runIn({ stdin }, 'import', '-')).stdout).toBe('No changes\n')
  expect((await run('status', '--json')).stdout).toContain('"revision":4,"oldestRevision":1,"keys":300')
  expect((await run('delete', '/k', '-r', '-y', '--json')).stdout).toMatch(/"revision":5\}\n$/)
  expect((await run('list', '--all')).stdout).toBe('')
})

test('history is told as far as it is kept', async () => {
  const etcd = await startEtcd()
  const { run } = over(etcd)
  for (const value of ['1', '2', '3']) await run('put', '/a', value)
  await run('delete', '/a')
  await run('put', '/b', 'last')
  expect((await run('log', '/a')).stdout).toBe('2 + /a = 1\n3 ~ /a = 2\n4 ~ /a = 3\n5 - /a\n')
  expect((await run('compact', '--keep', '3')).stdout).toBe('history is kept from 3 on: 2 revisions forgotten\n')
  expect(await run('log', '/a')).toMatchObject({
    status: 0,
    stdout: '3 = /a = 2\n4 ~ /a = 3\n5 - /a\n',
    stderr: 'kv log: history is kept from revision 3 on, what came before was compacted\n',
  })
  expect((await run('get', '/a', '--rev', '2')).status).toBe(66)
  expect((await run('diff', '2', 'now')).status).toBe(66)
  expect((await run('compact', '3')).status).toBe(66)
})

test('a watch hears of everything, also behind a restart of the server', async () => {
  const etcd = await startEtcd()
  const { run, runIn } = over(etcd)
  await run('put', '/a', '1')
  const heard: string[] = []
  let next: () => void = () => undefined
  const reached = async (count: number): Promise<void> => {
    while (heard.length < count) await new Promise<void>((resolve) => (next = resolve))
  }
  const ctrlC = new AbortController()
  const hear = (piece: string): void => {
    heard.push(piece)
    next()
  }
  const watching = runIn({ interrupt: ctrlC.signal, heard: hear }, 'watch', '/a', '--all')
  await reached(1)
  etcd.ctl('put', '2/a/b', 'x')
  await reached(2)
  await etcd.restart()
  etcd.ctl('del', '2/a/b')
  await reached(3)
  ctrlC.abort('SIGINT')
  expect((await watching).status).toBe(0)
  expect(heard).toEqual(['2 = /a = 1\n', '3 + /a/b = x\n', '4 - /a/b\n'])
})

test('a lock stands in the line of etcdctl', async () => {
  const etcd = await startEtcd()
  const { run, runIn } = over(etcd)
  const script = 'test "$(ETCDCTL_API=3 etcdctl --endpoints "$1" get --prefix 2/l/ --keys-only | grep -c 2/l/)" = 1'
  expect((await run('lock', '/l', '--', 'sh', '-c', script, '-', etcd.url)).status).toBe(0)
  expect(etcd.ctl('get', '--prefix', '2/l/', '--keys-only')).toBe('')
  etcd.ctl('put', '2/l/somebody', '')
  expect((await run('lock', '/l', '--timeout', '10ms', '--', 'true')).status).toBe(75)
  const dumped = await run('put', '/soon', 'x', '--lease-ttl', '60s')
  expect(dumped.status).toBe(0)
  expect((await runIn({}, 'export')).stderr).toContain('1 keys go with a lease')
})

test('TLS, a user and a password from a file open it; without them it stays shut', async () => {
  const dir = temporary()
  const tls = makeCertificates(dir)
  const etcd = await startEtcd({ tls, asksForCertificate: true, rootPassword: 'secret' })
  const { run } = over(etcd)
  writeFileSync(join(dir, 'password'), 'secret\n')
  const trust = ['--ca', tls.ca, '--cert', tls.client.cert, '--key', tls.client.key]
  const login = ['--user', 'root', '--password-file', join(dir, 'password')]
  expect(await run('put', '/a', '1', ...trust, ...login)).toMatchObject({ status: 0, stderr: '' })
  expect((await run('get', '/a', ...trust, ...login)).stdout).toBe('1\n')
  writeFileSync(join(dir, 'password'), 'wrong')
  expect((await run('get', '/a', ...trust, ...login)).status).toBe(77)
})

test('a server that is not there is 69', async () => {
  const { status, stderr } = await runWith(openKv, { env: { DEADBEAT_KV: 'etcd://127.0.0.1:1' } }, ['get', '/a'])
  expect([status, stderr]).toEqual([69, expect.stringContaining('127.0.0.1:1')])
})
