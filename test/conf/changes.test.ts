import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { changedPaths, gatherAgain } from '../../lib/conf/changes.js'
import { gather } from '../../lib/conf/gather.js'
import { ConfigError } from '../../lib/errors/index.js'
import { insert, type Settings } from '../../lib/settings/index.js'
import { temporary } from '../support/temporary.js'

const schema = insert({
  input: { filenames: { doc: 'x', format: 'paths', default: ['a'] }, tail: { doc: 'x', default: true } },
  dns: {
    cache: { max: { doc: 'x', format: 'nat', default: 5 } },
    only: { doc: 'x', format: 'regexp', default: '/^a/g' },
    extra: { doc: 'x', format: 'object', default: { n: [1, { m: 2 }] } },
  },
})

const defaults = (): Settings<typeof schema> => gather(schema, { argv: [], env: {} })

function start(text: string) {
  const file = join(temporary(), 'a.json')
  writeFileSync(file, text)
  const sources = { argv: ['--config', file], env: {} }
  return { file, sources, before: gather(schema, sources) }
}

test('two gatherings of the same sources differ in nothing', () => {
  const { before, sources } = start('{"dns":{"only":"/b/g"},"input":{"filenames":["x","y"]}}')
  before.dns.only.exec('abb')
  expect(gatherAgain(schema, before, sources).changed).toEqual([])
})

test('each setting that changed is named once, by its own path, in the order of the schema', () => {
  const { before, file, sources } = start('{}')
  writeFileSync(
    file,
    '{"dns":{"extra":{"n":[1,{"m":3}]},"only":"/^a/i","cache":{"max":6}},"input":{"filenames":["a","b"]}}',
  )
  const { settings, changed } = gatherAgain(schema, before, sources)
  expect(changed).toEqual(['input.filenames', 'dns.cache.max', 'dns.only', 'dns.extra'])
  expect([settings.dns.cache.max, before.dns.cache.max]).toEqual([6, 5])
})

test('a wrong file is one error with all faults, and ends nothing', () => {
  const { before, file, sources } = start('{}')
  writeFileSync(file, '{"dns":{"cache":{"max":-1}},"input":{"tial":true}}')
  const go = () => gatherAgain(schema, before, { ...sources, exitOnError: true })
  expect(go).toThrow(ConfigError)
  expect(go).toThrow(/2 faults/)
})

test.each([
  ['another order of a list', { filenames: ['b', 'a'] }, { filenames: ['a', 'b'] }],
  ['a list that is shorter', { filenames: ['a'] }, { filenames: ['a', 'b'] }],
])('%s is a change', (_, one, other) => {
  const before = { ...defaults(), input: { tail: true, ...one } }
  expect(changedPaths(schema, before, { ...defaults(), input: { tail: true, ...other } })).toEqual(['input.filenames'])
})

test('another order of the keys in an object is none', () => {
  const { dns, ...rest } = defaults()
  const before = { ...rest, dns: { ...dns, extra: { a: 1, b: 2 } } }
  expect(changedPaths(schema, before, { ...rest, dns: { ...dns, extra: { b: 2, a: 1 } } })).toEqual([])
})
