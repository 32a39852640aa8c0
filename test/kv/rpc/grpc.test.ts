import { spawnSync } from 'node:child_process'
import { cancel, loadGrpc } from '../../../lib/kv/rpc/grpc.js'
import { FROM_SOURCE } from '../../support/child.js'

it('is loaded once', () => {
  expect(loadGrpc()).toBe(loadGrpc())
})

it('is not loaded before a client of etcd is made', () => {
  const code = `
    const { createRequire } = await import('node:module')
    const { Etcd3Backend } = await import(process.cwd() + '/lib/kv/index.ts')
    const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('grpc-js'))
    const before = isLoaded()
    await new Etcd3Backend().close()
    console.log(before, isLoaded())`
  const { stdout, stderr } = spawnSync(process.execPath, [...FROM_SOURCE, '--input-type=module', '--eval', code], {
    encoding: 'utf8',
  })
  expect([stdout, stderr]).toEqual(['false true\n', ''])
})

it('cancels a call, if there is one', () => {
  const told: unknown[] = []
  cancel({ cancelWithStatus: (...args: unknown[]) => told.push(args) } as never, 'why')
  cancel(null, 'why')
  expect(told).toEqual([[1, 'why']])
})
