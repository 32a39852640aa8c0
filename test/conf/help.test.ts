import { expect, test } from '@jest/globals'
import { helpText } from '../../lib/conf/help.js'
import { describeSchema } from '../../lib/conf/schema.js'

const rows = describeSchema({
  dns: {
    cacheMax: { doc: 'How many names are kept.', format: 'nat', default: 5, min: 1, max: 9, live: true },
    server: { doc: 'Whom to ask.', format: 'addresses' },
    mode: { doc: 'How.', format: ['a', 'b'], default: 'a' },
    size: { doc: 'How large it is.', format: 'size', default: 512 },
    waitMs: { doc: 'How long it waits.', format: 'duration', default: '5s', min: 1 },
  },
  input: { note: { doc: 'Anything.', default: 'of all.' }, from: { doc: 'Where.', format: 'path', default: null } },
})

test('help shows flag, values, meaning, limits, default and what may change, by sections', () => {
  expect(helpText(rows)).toBe(`Each setting may stand in a file (--config FILE), in a variable, or in a flag,
which goes before the others: dns.cacheMax, DEADBEAT_DNS_CACHE_MAX,
--dns.cache-max.

Settings of dns:
  --dns.cache-max NUMBER
      How many names are kept. From 1 to 9. Default 5. May change while running.
  --dns.server ADDRESS ...
      Whom to ask. Must be set.
  --dns.mode a|b
      How. Default a.
  --dns.size SIZE
      How large it is. Default 512 bytes.
  --dns.wait-ms DURATION
      How long it waits. At least 1 ms. Default 5s.

Settings of input:
  --input.note TEXT
      Anything. Default "of all.".
  --input.from PATH
      Where. Default none.

Values:
  ADDRESS: an IP address or a list of them
  SIZE: a size: bytes, or a text such as '64k' or '1MiB'
  DURATION: a duration: milliseconds, or a text such as '5s' or '1h30m'
`)
})

test.each([40, 60, 100])('no line is longer than %d columns, but for words that are', (columns) => {
  const lines = helpText(rows, columns).split('\n')
  expect(lines.filter((line) => line.length > columns && /\S\s+\S/.test(line.trim()))).toEqual([])
  expect(Math.max(...lines.map(({ length }) => length))).toBeGreaterThan(columns - 25)
})

test('very narrow and very wide terminals get lines that can be read', () => {
  expect(helpText(rows, 5)).toBe(helpText(rows, 40))
  expect(helpText(rows, 500)).toBe(helpText(rows, 100))
})

test('the default of a secret is not shown, and its file is', () => {
  const text = helpText(describeSchema({ a: { key: { doc: 'x', default: 'tiger', sensitive: true } } }))
  expect(text).not.toContain('tiger')
  expect(text).toContain('A secret: --a.key-file PATH reads it from a file. Default hidden.')
})

test('without settings help says so', () => {
  expect(helpText([])).toBe('There is nothing to set.\n\n')
})
