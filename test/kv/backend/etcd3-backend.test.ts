import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Etcd3Backend } from '../../../lib/kv/backend/etcd3-backend.js'
import { hasEtcd, startEtcd, type Etcd } from '../../support/etcd.js'
import { Cleanups } from '../../support/supplied.js'

const PYTHON = '/usr/bin/python3'
const hasPeer = existsSync('/usr/lib/python3/dist-packages/etcd3/__init__.py')

const cleanups = new Cleanups()
afterEach(cleanups.run)

test('refuses options that make no sense before it does anything', () => {
  expect(() => new Etcd3Backend({ maxRetries: -1 })).toThrow(/maxRetries must be at least 0/)
})

if (hasEtcd) {
  describe('a database in etcd', () => {
    let etcd: Etcd
    beforeAll(async () => {
      etcd = await startEtcd()
    })
    const start = (): Etcd3Backend => {
      const kv = new Etcd3Backend({ port: etcd.port })
      cleanups.add(() => kv.close())
      return kv
    }

    test('has the keys that others give it, byte for byte', async () => {
      const kv = start()
      await kv.create('/pb/é', 'grün')
      expect(etcd.ctl('get', '--print-value-only', '2/pb/é')).toBe('grün\n')
      expect((await kv.listKeys('/pb/'))[0]).toEqual(['/pb/é'])
      expect((await kv.get('/pb/é'))[0]).toBe('grün')
    })

    if (hasPeer) {
      test('shares keys, values and transactions with a client in Python', async () => {
        const kv = start()
        await kv.create('/shared/ä', 'von hier')
        const script = `
import etcd3, sys
c = etcd3.client(host='127.0.0.1', port=${etcd.port})
assert c.get('2/shared/ä')[0].decode() == 'von hier'
c.put('2/shared/ß', 'von dort')
ok, _ = c.transaction(compare=[c.transactions.version('2/shared/ä') == 1],
                      success=[c.transactions.put('2/shared/ä', 'geändert')], failure=[])
assert ok
print(sorted(m.key.decode() for _, m in c.get_prefix('2/shared/')))
`
        const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', script], {
          encoding: 'utf8',
          env: { PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: 'python', PYTHONIOENCODING: 'utf8' },
        })
        expect([stdout, status, status === 0 ? '' : stderr]).toEqual(["['2/shared/ß', '2/shared/ä']\n", 0, ''])
        const entries = (await kv.listKeys('/shared/', { withValues: true }))[0]
        expect(entries.map(([path, value]) => [path, value])).toEqual([
          ['/shared/ß', 'von dort'],
          ['/shared/ä', 'geändert'],
        ])
      })
    }
  })
}
