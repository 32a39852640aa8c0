import { etcdSettings } from '../../../lib/kv/etcd/options.js'
import { makeCertificates } from '../../support/certificates.js'
import { temporary } from '../../support/temporary.js'

it('has a default for everything', () => {
  expect(etcdSettings({})).toMatchObject({
    ...{ endpoints: ['127.0.0.1:2379'], maxRetries: 15, retryMs: 100, opsMax: 128, user: null, tls: null },
  })
})

it('takes one member by host and port, and an address of IPv6', () => {
  expect(etcdSettings({ host: 'etcd.example', port: 4 }).endpoints).toEqual(['etcd.example:4'])
  expect(etcdSettings({ host: '::1' }).endpoints).toEqual(['[::1]:2379'])
})

it.each([
  [{ endpoints: [] }, /endpoints must name at least one/],
  [{ endpoints: ['http://a:1'] }, /endpoints must be HOST:PORT: one is "http:\/\/a:1"/],
  [{ endpoints: ['a:70000'] }, /HOST:PORT/],
  [{ maxRetries: -1 }, /maxRetries must be at least 0/],
  [{ pingMs: 1000 }, /pingMs must be at least 5000/],
  [{ timeoutMs: 0 }, /timeoutMs must be at least 1/],
])('refuses %j', (options, message) => {
  expect(() => etcdSettings(options)).toThrow(message)
})

it('reads the files of TLS, and says which it can not', () => {
  const { ca, client } = makeCertificates(temporary())
  const { tls } = etcdSettings({ tls: { ca, ...client, serverName: 'a.example' } })
  expect(String(tls?.ca)).toMatch(/BEGIN CERTIFICATE/)
  expect(tls?.servername).toBe('a.example')
  expect(() => etcdSettings({ tls: { ca: '/nowhere' } })).toThrow(/cannot read tls.ca/)
})
