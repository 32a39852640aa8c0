import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ConfigError } from '../../lib/errors/index.js'
import { gather, gatherWithOrigins, type GatherOptions } from '../../lib/conf/gather.js'
import { insert } from '../../lib/settings/index.js'
import { temporary } from '../support/temporary.js'

const schema = insert({
  input: { filenames: { doc: 'x', format: 'paths', default: [] }, tail: { doc: 'x', default: true } },
  dns: {
    cacheMax: { doc: 'x', format: 'nat', default: 5, min: 1 },
    waitMs: { doc: 'x', format: 'duration', default: '5s' },
    mode: { doc: 'x', format: ['fast', 'exact'], default: 'fast' },
    only: { doc: 'x', format: 'regexp', default: null },
    key: { doc: 'x', format: 'string', default: '', sensitive: true },
    umask: { doc: 'x', format: 'octal', default: '022' },
    extra: { doc: 'x', format: 'object', default: {} },
  },
})

function start(text: string, options: GatherOptions = {}, name = 'a.json') {
  const file = join(temporary(), name)
  writeFileSync(file, text)
  return { file, go: () => gather(schema, { argv: [], env: {}, file, ...options }) }
}

function faultsOf(fn: () => unknown): readonly string[] {
  try {
    fn()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

test('without any source the settings are the defaults in their final form', () => {
  expect(gather(schema, { argv: [], env: {} })).toEqual({
    input: { filenames: [], tail: true },
    dns: { cacheMax: 5, waitMs: 5000, mode: 'fast', only: null, key: '', umask: 0o22, extra: {} },
  })
})

test('flags win over the environment, that over the file, that over the defaults', () => {
  const text = JSON.stringify({ dns: { cacheMax: 2, waitMs: '2s', mode: 'exact' }, input: { tail: false } })
  const env = { DEADBEAT_DNS_CACHE_MAX: '3', DEADBEAT_DNS_WAIT_MS: '3s' }
  const { dns, input } = start(text, { env, argv: ['--dns.cache-max=4'] }).go()
  expect([dns.cacheMax, dns.waitMs, dns.mode, input.tail, input.filenames]).toEqual([4, 3000, 'exact', false, []])
})

test('the file is the one that --config names', () => {
  const { file } = start('dns: { only: "/^a/i", umask: "0640" }', {}, 'a.yaml')
  const { dns } = gather(schema, { argv: ['--dns.cache-max', '9', '--config', file], env: {} })
  expect([dns.only, dns.umask, dns.cacheMax]).toEqual([/^a/i, 0o640, 9])
})

test('every fault of every source is in one error, with path, rule, value and origin', () => {
  const { file, go } = start('{"dns":{"cacheMax":0,"mod":"x","mode":"slow"},"input":{"filenames":[1]}}', {
    env: { DEADBEAT_DNS_WAIT_MS: 'soon' },
    argv: ['--input.tial', '--dns.cache-max=many'],
  })
  expect(faultsOf(go)).toEqual([
    `dns.mod is unknown: did you mean dns.mode? (${file}:1)`,
    `dns.cacheMax must be at least 1: it is 0 (${file}:1)`,
    `dns.mode must be one of "fast", "exact": it is "slow" (${file}:1)`,
    `input.filenames must be a path or a list of paths: it is [1] (${file}:1)`,
    "dns.waitMs must be a duration: milliseconds, or a text such as '5s' or '1h30m': it is \"soon\" (DEADBEAT_DNS_WAIT_MS)",
    '--input.tial is unknown: did you mean --input.tail? (flag)',
    'dns.cacheMax must be a whole number of at least 0: it is "many" (--dns.cache-max)',
  ])
})

test('a file that does not parse does not hide the faults of the other sources', () => {
  const { file, go } = start('{', { argv: ['--nothing'] })
  expect(faultsOf(go)).toEqual([
    expect.stringContaining(`${file}:1 cannot be parsed`),
    '--nothing is unknown: --help lists what there is (flag)',
  ])
})

test('of a file that cannot be read nobody says what it lacks', () => {
  const needy = {
    output: { path: { doc: 'x', format: 'path' }, keep: { doc: 'x', format: 'nat', default: 7 } },
  } as const
  expect(faultsOf(() => gather(needy, { argv: [], env: {} }))).toEqual([
    expect.stringMatching(/^output.path must be set/),
  ])
  expect(faultsOf(() => gather(needy, { argv: ['--output.keep=x'], env: {}, file: '/nowhere/a.yaml' }))).toEqual([
    '/nowhere/a.yaml cannot be read: there is no such file',
    'output.keep must be a whole number of at least 0: it is "x" (--output.keep)',
  ])
})

test('the value of a secret is not shown', () => {
  expect(faultsOf(start('{"dns":{"key":5}}').go)[0]).toContain('it is (hidden)')
})

test('a setting without a default must be set', () => {
  const required = { a: { path: { doc: 'x', format: 'path' } } }
  expect(faultsOf(() => gather(required, { argv: [], env: {} }))).toEqual([
    'a.path must be set: a path (in the file, as DEADBEAT_A_PATH, or as --a.path)',
  ])
  expect(gather(required, { argv: [], env: { DEADBEAT_A_PATH: 'x' } })).toEqual({ a: { path: 'x' } })
})

test.each(['__proto__', 'constructor', 'prototype'])(
  '%s in a file is an unknown key and reaches no prototype',
  (key) => {
    const { go } = start(`{"${key}":{"polluted":1},"dns":{"${key}":{"polluted":1}}}`)
    expect(faultsOf(go)).toHaveLength(2)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  },
)

test.each([
  ['a.json', '{"dns":{"extra":{"__proto__":{"polluted":1},"n":1}}}'],
  ['a.yaml', 'dns:\n  extra:\n    __proto__: { polluted: 1 }\n    n: 1\n'],
  ['a.toml', '[dns.extra]\n"__proto__" = { polluted = 1 }\nn = 1\n'],
])('in an object of %s the key __proto__ is an own property', (name, text) => {
  const { extra } = start(text, {}, name).go().dns
  expect(Object.keys(extra)).toEqual(['__proto__', 'n'])
  expect(Object.getPrototypeOf(extra)).toBe(Object.prototype)
})

test('settings are a copy: changing them changes neither the insert nor the next gathering', () => {
  const first = gather(schema, { argv: [], env: {} })
  ;(first.input.filenames as string[]).push('x')
  expect(gather(schema, { argv: [], env: {} }).input.filenames).toEqual([])
})

test('other names of variables are possible', () => {
  const env = { HOUSE_DNS_CACHE_MAX: '8', DEADBEAT_DNS_CACHE_MAX: '9' }
  expect(gather(schema, { argv: [], env, prefix: 'HOUSE' }).dns.cacheMax).toBe(8)
})

test('a plain script with a wrong flag says so on stderr and ends with code 78', () => {
  const script = join(process.cwd(), 'dist/lib/conf/index.js')
  const source = `import { gather } from ${JSON.stringify(script)}
    console.log(JSON.stringify(gather({ a: { n: { doc: 'x', format: 'nat', default: 1 } } })))`
  const run = (...argv: string[]) => {
    const file = join(temporary(), 'script.mjs')
    writeFileSync(file, source)
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...argv], { encoding: 'utf8', env: {} })
    return { status, stdout, stderr }
  }
  expect(run('--a.n=5')).toEqual({ status: 0, stdout: '{"a":{"n":5}}\n', stderr: '' })
  expect(run('--a.n=x', '--b')).toEqual({
    status: 78,
    stdout: '',
    stderr:
      'configuration: --b is unknown: --help lists what there is (flag)\n  a.n must be a whole number of at least 0: it is "x" (--a.n)\n',
  })
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--a.n NUMBER\n') })
})

test('a file includes others, and what it says itself goes before them', () => {
  const { file, go } = start('{"include":"base.yaml","dns":{"cacheMax":2}}')
  writeFileSync(join(file, '../base.yaml'), 'dns:\n  cacheMax: 7\n  mode: exact\n')
  const { cacheMax, mode } = go().dns
  expect([cacheMax, mode]).toEqual([2, 'exact'])
  writeFileSync(join(file, '../base.yaml'), 'dns:\n  cacheMax: 7\n  mod: exact\n')
  expect(faultsOf(go)).toEqual([`dns.mod is unknown: did you mean dns.mode? (${join(file, '../base.yaml')}:3)`])
})

test('a group without anything and $schema say nothing', () => {
  expect(start('$schema: ./x.json\ndns:\n# cacheMax: 7\n', {}, 'a.yaml').go().dns.cacheMax).toBe(5)
})

test('each value says where it comes from', () => {
  const { file } = start('{\n"dns": {"mode": "exact", "key": "tiger"}}')
  const env = { DEADBEAT_DNS_WAIT_MS: '2s' }
  const { origins } = gatherWithOrigins(schema, { argv: ['--input.tail=no'], env, file, onWarning: () => undefined })
  const told = [...origins].map(([path, { origin, written }]) => [path, origin, written])
  expect(told.filter(([, origin]) => origin !== 'default')).toEqual([
    ['input.tail', '--input.tail', 'no'],
    ['dns.waitMs', 'DEADBEAT_DNS_WAIT_MS', '2s'],
    ['dns.mode', `${file}:2`, 'exact'],
    ['dns.key', `${file}:2`, 'tiger'],
  ])
})
