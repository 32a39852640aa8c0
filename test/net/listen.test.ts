import { expect, test } from '@jest/globals'
import { createServer } from 'node:net'
import { addressOf, describeAddress, hostAndPort, listen, listenError } from '../../lib/net/listen.js'

test('writes addresses as people do', () => {
  expect([hostAndPort('a.example', 25), hostAndPort('::1', 25)]).toEqual(['a.example:25', '[::1]:25'])
  expect(describeAddress({ host: 'a', port: 1, activated: 'syslog' })).toBe("systemd's socket syslog")
  expect(addressOf(createServer(), { path: '/run/x', mode: 0o600 })).toBe('/run/x')
})

test('says what to do where it can not listen', () => {
  const error = (code: string) => listenError('a:1', Object.assign(new Error(`listen ${code}`), { code }))
  expect(error('EACCES')).toMatchObject({ code: 'EACCES', message: expect.stringMatching(/CAP_NET_BIND_SERVICE/) })
  expect(error('EWHAT').message).toBe('cannot listen at a:1: listen EWHAT')
})

test('listens at no socket that systemd did not pass', async () => {
  await expect(listen(createServer(), { host: 'a', port: 1, activated: 'syslog' })).rejects.toMatchObject({
    code: 'ENOENT',
    message: `cannot listen at systemd's socket syslog: no socket "syslog" was passed by systemd: it passed none`,
  })
})

test('tells where it really listens', async () => {
  const server = createServer()
  await listen(server, { host: '127.0.0.1', port: 0 })
  expect(addressOf(server, { host: '127.0.0.1', port: 0 })).toMatch(/^127\.0\.0\.1:[1-9]\d*$/)
  server.close()
})
