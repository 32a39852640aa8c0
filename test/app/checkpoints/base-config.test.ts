import { expect, test } from '@jest/globals'
import { gather } from '../../../lib/conf/index.js'
import { checkpointsBaseConfig, kvBaseConfig } from '../../../lib/app/checkpoints/base-config.js'

test('an operator says where check-points are kept; by default that is a file', () => {
  const schema = { checkpoints: checkpointsBaseConfig, kv: kvBaseConfig }
  expect(gather(schema, { argv: [], env: {} })).toEqual({
    checkpoints: { in: 'file', ttlMs: 10_000 },
    kv: {
      ...{ url: null, user: null, password: null, revisionsMax: 1000, prefix: '/deadbeat/' },
      tls: { on: false, ca: null, cert: null, key: null, serverName: null },
    },
  })
  const argv = ['--checkpoints.in', 'kv', '--checkpoints.ttl-ms', '5s', '--kv.url', 'etcd://a:2379']
  expect(gather(schema, { argv, env: {} })).toMatchObject({
    checkpoints: { in: 'kv', ttlMs: 5000 },
    kv: { url: 'etcd://a:2379' },
  })
  expect(() => gather(schema, { argv: ['--checkpoints.in', 'disk'], env: {} })).toThrow('checkpoints.in')
})
