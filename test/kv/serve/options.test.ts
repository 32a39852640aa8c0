import { serveSettings } from '../../../lib/kv/serve/options.js'

const tls = { cert: 'a', key: 'b', ca: 'c' }

it('listens on this machine only, unless both ends have certificates', () => {
  expect(serveSettings({})).toMatchObject({ host: '127.0.0.1', port: 2379, opsMax: 128, requestBytesMax: 1_572_864 })
  for (const host of ['0.0.0.0', '::', '', '192.0.2.1', 'kv.example.org']) {
    expect(() => serveSettings({ host })).toThrow(/only with TLS and certificates of clients.* no loopback address/)
    expect(() => serveSettings({ host, tls: { ...tls, ca: null } })).toThrow(/tls.ca/)
    expect(serveSettings({ host, tls }).host).toBe(host)
  }
  expect(serveSettings({ host: '::1' }).host).toBe('::1')
})

it('refuses limits that leave nothing', () => {
  for (const name of ['connectionsMax', 'callsMax', 'requestBytesMax', 'opsMax', 'watchesMax', 'streamBytesMax']) {
    expect(() => serveSettings({ [name]: 0 })).toThrow(`${name} must be at least 1: it is 0`)
  }
})
