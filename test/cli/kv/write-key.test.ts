import { expect, test } from '@jest/globals'
import { leaseText } from '../../../lib/kv/engine/lease-id.js'
import { startKv } from './run-kv.js'

test('put writes a key whether it is there or not, create and update say what stands in the way', async () => {
  const { run } = startKv()
  expect(await run('create', '/a', '1')).toMatchObject({ status: 0, stdout: '/a created at revision 2\n' })
  expect(await run('create', '/a', '2')).toMatchObject({
    status: 73,
    stdout: '',
    stderr: 'kv create: Cannot create /a, as it already exists!\n',
  })
  expect((await run('update', '/a', '3')).stdout).toBe('/a updated at revision 3\n')
  expect(await run('update', '/b', '3')).toMatchObject({ status: 66 })
  expect((await run('put', '/a', '4')).stdout).toBe('/a updated at revision 4\n')
  expect((await run('put', '/b', '5', '-q')).stdout).toBe('')
  expect((await run('put', '/c', '6', '--json')).stdout).toBe('{"path":"/c","what":"created","revision":6}\n')
  expect((await run('get', '-q', '/a', '/b', '/c')).stdout).toBe('4\n5\n6\n')
})

test('--if-rev writes only over the write that was seen; 0 is a key that is not there', async () => {
  const { run } = startKv()
  expect((await run('put', '/a', '1', '--if-rev', '0')).status).toBe(0)
  expect((await run('put', '/a', '2', '--if-rev', '0')).status).toBe(73)
  expect((await run('put', '/a', '2', '--if-rev', '2')).status).toBe(0)
  expect(await run('update', '/a', '3', '--if-rev', '2')).toMatchObject({
    status: 73,
    stderr: 'kv update: Cannot update /a at revision 2: it is at 3\n',
  })
  expect((await run('put', '/none', '3', '--if-rev', '2')).stderr).toContain('it does not exist')
  expect((await run('get', '/a')).stdout).toBe('2\n')
})

test('a value with --lease-ttl goes when its time is over; one without keeps the lease that is there', async () => {
  const { run, engine, clock } = startKv()
  const { stdout } = await run('put', '/a', '1', '--lease-ttl', '5s', '--json')
  const { lease } = JSON.parse(stdout) as { lease: string }
  await run('put', '/a', '2')
  await run('update', '/a', '3', '--if-rev', '3')
  const [kv] = (await engine.range([{ key: '1/a' }])).results[0]!.kvs
  expect([Buffer.from(kv!.value).toString(), leaseText(kv!.lease)]).toEqual(['3', lease])
  clock.advance(5000)
  expect((await run('get', '/a')).status).toBe(66)
  expect((await run('put', '/a', '1', '--lease-ttl', '500')).stderr).toContain('It must be whole seconds')
})

test('a lease for a key that could not be written is given back', async () => {
  const { run, engine } = startKv()
  await run('create', '/a', '1')
  expect((await run('create', '/a', '1', '--lease-ttl', '5s')).status).toBe(73)
  expect((await engine.timeToLive(1n)).ttlS).toBe(-1)
})

test('--dry-run says what would be done, fails as it would, and does nothing', async () => {
  const { run } = startKv()
  await run('put', '/a', '1')
  expect((await run('put', '/a', '2', '--dry-run')).stdout).toBe('/a would be updated\n')
  expect((await run('create', '/b', '2', '-n')).stdout).toBe('/b would be created\n')
  expect((await run('create', '/a', '2', '-n')).status).toBe(73)
  expect((await run('update', '/b', '2', '-n')).status).toBe(66)
  expect((await run('update', '/a', '2', '-n', '--if-rev', '9')).status).toBe(73)
  expect((await run('list', '-v')).stdout).toBe('/a = 1\n')
})

test('only clean paths are written', async () => {
  const { run } = startKv()
  for (const path of ['a', '/a//b', '/a/', '/a\0']) expect((await run('put', path, '1')).status).toBe(64)
})
