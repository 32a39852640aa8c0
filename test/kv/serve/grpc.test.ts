import { spawnSync } from 'node:child_process'
import { loadGrpc } from '../../../lib/kv/serve/grpc.js'
import { FROM_SOURCE } from '../../support/child.js'

it('is loaded once', () => {
  expect(loadGrpc()).toBe(loadGrpc())
})

it('is loaded neither with the library nor by a client of etcd', () => {
  const code = `
    const { createRequire } = await import('node:module')
    const { Etcd3Backend } = await import(process.cwd() + '/lib/kv/index.ts')
    const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('grpc-js'))
    const before = isLoaded()
    const kv = new Etcd3Backend({ port: 1, maxRetries: 0 })
    await kv.get('/a').catch(() => undefined)
    await kv.close()
    console.log(before, isLoaded())`
  const { stdout, stderr } = spawnSync(process.execPath, [...FROM_SOURCE, '--input-type=module', '--eval', code], {
    encoding: 'utf8',
  })
  expect([stdout, stderr]).toEqual(['false false\n', ''])
})
