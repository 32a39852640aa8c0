import { formatDaemonName, readDaemonName } from '../../../lib/items/discovery/daemon-name.js'

test.each([
  ['Lamp', 'lamp', null, null],
  ['lamp:ketchup', 'lamp', 'ketchup', null],
  ['lamp:lab.example', 'lamp', 'lab.example', null],
  ['lamp:192.0.2.7', 'lamp', '192.0.2.7', null],
  ['lamp:lab1:10079', 'lamp', 'lab1', 10_079],
  ['lamp:192.0.2.7:1', 'lamp', '192.0.2.7', 1],
  ['lamp:[2001:db8::1]', 'lamp', '2001:db8::1', null],
  ['lamp:[2001:db8::1]:10079', 'lamp', '2001:db8::1', 10_079],
])('%s names a daemon', (text, store, host, port) => {
  const name = readDaemonName(text)
  expect(name).toEqual({ store, host, port })
  expect(formatDaemonName(name)).toBe(text.toLowerCase())
})

test('a number alone is a port of this machine', () => {
  expect(readDaemonName('lamp:10079')).toEqual({ store: 'lamp', host: 'localhost', port: 10_079 })
})

test.each([
  '',
  ':',
  'lamp:',
  'lamp:0',
  'lamp:65536',
  'lamp:a:b',
  'lamp:a:1:2',
  '../x',
  'a.b',
  'lamp:::1',
  'lamp:[]',
  ':7',
])('%j names none', (text) => {
  expect(() => readDaemonName(text)).toThrow(
    `the name of a daemon must be NAME, NAME:HOST, NAME:PORT or NAME:HOST:PORT: it is ${JSON.stringify(text)}`,
  )
})
