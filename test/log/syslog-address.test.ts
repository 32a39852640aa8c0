import { expect, test } from '@jest/globals'
import { readSyslogAddress } from '../../lib/log/syslog-address.js'

test.each([
  ['/dev/log', { path: '/dev/log' }],
  ['udp://log.example.net', { transport: 'udp', host: 'log.example.net', port: 514 }],
  ['tcp://log.example.net', { transport: 'tcp', host: 'log.example.net', port: 601 }],
  ['TCP://[2001:db8::1]:6514', { transport: 'tcp', host: '2001:db8::1', port: 6514 }],
  ['udp://192.0.2.1:5514', { transport: 'udp', host: '192.0.2.1', port: 5514 }],
])('%s is an address', (text, address) => {
  expect(readSyslogAddress(text)).toEqual(address)
})

test.each([
  '',
  'dev/log',
  'log.example.net',
  'http://h',
  'udp://',
  'udp://h:0',
  'udp://h:70000',
  'udp://a:b@h',
  'udp://h/x',
  '2001:db8::1',
])('%p is none', (text) => {
  expect(() => readSyslogAddress(text)).toThrow(
    `log.syslog.address must be a path, udp://HOST:PORT or tcp://HOST:PORT: it is ${JSON.stringify(text)}`,
  )
})
