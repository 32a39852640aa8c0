import { expect, test } from '@jest/globals'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  TLS_CLIENT_DEFAULTS,
  TLS_SERVER_DEFAULTS,
  tlsClientOptions,
  tlsServerOptions,
} from '../../lib/net/tls-options.js'
import { temporary } from '../support/temporary.js'

const file = (text: string) => {
  const path = join(temporary(), 'file.pem')
  writeFileSync(path, text)
  return path
}

test('asks clients for a certificate where there is somebody who may have signed it', () => {
  const [cert, key, ca] = ['cert', 'key', 'ca'].map(file) as [string, string, string]
  expect(tlsServerOptions({ cert, key, ca: null })).toEqual({ cert: Buffer.from('cert'), key: Buffer.from('key') })
  expect(tlsServerOptions({ cert, key, ca })).toMatchObject({ requestCert: true, rejectUnauthorized: true })
})

test('speaks TLS to others only if it is told to', () => {
  const ca = file('ca')
  expect(tlsClientOptions({ ...TLS_CLIENT_DEFAULTS, ca })).toBeNull()
  expect(tlsClientOptions({ ...TLS_CLIENT_DEFAULTS, ca, on: true })).toEqual({ ca: Buffer.from('ca') })
})

test('refuses half of what is needed', () => {
  const key = file('key')
  expect(() => tlsServerOptions({ ...TLS_SERVER_DEFAULTS, key })).toThrow('tls.cert must be set where tls.key is')
  expect(() => tlsServerOptions({ ...TLS_SERVER_DEFAULTS, ca: key })).toThrow('without a certificate there is no TLS')
  expect(() => tlsClientOptions({ ...TLS_CLIENT_DEFAULTS, on: true, cert: key })).toThrow('tls.key must be set')
})
