import { expect, test } from '@jest/globals'
import { formatRules, isFormatName } from '../../lib/conf/formats.js'

const CASES: Record<keyof typeof formatRules, { good: [unknown, unknown][]; bad: unknown[] }> = {
  string: { good: [['', '']], bad: [1, null, undefined] },
  text: { good: [['a', 'a']], bad: ['', 1] },
  boolean: { good: [[false, false]], bad: ['true', 0] },
  number: { good: [[-1.5, -1.5]], bad: [NaN, Infinity, '1'] },
  int: { good: [[-1, -1]], bad: [1.5, 2 ** 53] },
  nat: { good: [[0, 0]], bad: [-1, '1', 0.5] },
  port: { good: [[65_535, 65_535]], bad: [65_536, -1, '80'] },
  duration: { good: [['1h30m', 5_400_000]], bad: ['soon', -1, '5 s', null] },
  size: { good: [['1MiB', 1_048_576]], bad: ['much', -1, 1.5, '-1k'] },
  octal: { good: [['0640', 0o640]], bad: [640, '0888', '12345'] },
  path: { good: [['a/b', 'a/b']], bad: ['', 'a\0b', 1] },
  paths: { good: [['a', ['a']]], bad: [['a', ''], [1], null] },
  strings: {
    good: [
      [
        ['a', ''],
        ['a', ''],
      ],
    ],
    bad: [[1], {}],
  },
  regexp: { good: [['/^a/i', /^a/i]], bad: ['(', '', 1, '/a/zz'] },
  address: { good: [['::1', '::1']], bad: ['192.0.2', '192.0.2.0/24', 1] },
  addresses: { good: [['::1', ['::1']]], bad: [['::1', 'x'], [1]] },
  networks: {
    good: [
      [
        ['192.0.2.0/24', '::1'],
        ['192.0.2.0/24', '::1'],
      ],
    ],
    bad: [['x'], '192.0.2.0/33'],
  },
  endpoint: {
    good: [
      ['log.example.org:514', { host: 'log.example.org', port: 514 }],
      ['[::1]:0', { host: '::1', port: 0 }],
      [':80', { host: '', port: 80 }],
    ],
    bad: ['::1:80', 'h', 'h:', 'h:65536', 'h:x', '[h]:1', '[192.0.2.1]:1', 'a b:1', 'http://h:1', 1],
  },
  network: { good: [['192.0.2.0/24', '192.0.2.0/24']], bad: ['192.0.2.0/33', '192.0.2.0', 'x/8', '::/129'] },
  database: {
    good: [
      ['file:a b', 'file:a b'],
      ['etcd://h:1,h:2', 'etcd://h:1,h:2'],
      ['memory:', 'memory:'],
    ],
    bad: ['', 'file:', '/a', 'redis://h', 'etcd://u:p@h', 'etcd://', 1],
  },
  url: { good: [['http://h/', 'http://h/']], bad: ['h', 1] },
  object: { good: [[{ a: 1 }, { a: 1 }]], bad: [[], null, 'x'] },
}

test.each(Object.entries(CASES))('%s reads what it allows and refuses the rest', (name, { good, bad }) => {
  const rule = formatRules[name as keyof typeof formatRules]
  for (const [written, value] of good) expect(rule.read(written)).toEqual(value)
  for (const value of bad) expect([value, rule.read(value)]).toEqual([value, undefined])
})

test('a value in its final form is read as itself, so that reading twice changes nothing', () => {
  for (const [name, { good }] of Object.entries(CASES)) {
    const rule = formatRules[name as keyof typeof formatRules]
    for (const [, value] of good) expect(rule.isFinal?.(value) === true || rule.read(value) !== undefined).toBe(true)
  }
})

test('text from a flag becomes a number, a truth, a list or an object where the format is one', () => {
  expect(formatRules.nat.text?.('5')).toBe(5)
  expect(formatRules.nat.text?.('5x')).toBeUndefined()
  expect(['yes', 'OFF', '1', 'maybe'].map((text) => formatRules.boolean.text?.(text))).toEqual([
    true,
    false,
    true,
    undefined,
  ])
  expect(formatRules.strings.text?.('a, b')).toEqual(['a', 'b'])
  expect(formatRules.strings.text?.('["a,b"]')).toEqual(['a,b'])
  expect(formatRules.object.text?.('{"a":1}')).toEqual({ a: 1 })
})

test('a name of Object.prototype is no format', () => {
  expect([isFormatName('constructor'), isFormatName('nat')]).toEqual([false, true])
})
