import { expect, test } from '@jest/globals'
import { describeSchema } from '../../lib/conf/schema.js'
import { noFindings, type Findings } from '../../lib/conf/findings.js'
import { fromEnvironment, fromFlags, fromTree } from '../../lib/conf/sources.js'

const rows = describeSchema({
  input: {
    filenames: { doc: 'x', format: 'paths', default: [] },
    tail: { doc: 'x', default: true },
    from: { doc: 'x', format: 'path', default: null },
  },
  dns: { cacheMax: { doc: 'x', format: 'nat', default: 5 } },
})
const treeOf = (tree: Readonly<Record<string, unknown>>): Findings => {
  const findings = noFindings()
  fromTree({ file: 'a.json', tree, isPublic: true, placeOf: (keys) => `a.json:${keys.length}` }, rows, findings)
  return findings
}
const values = ({ found }: Findings) => found.map(({ row, value, origin }) => [row.path, value, origin])

test('a tree gives its values with the name of its file', () => {
  expect(values(treeOf({ input: { tail: false }, dns: { cacheMax: 1 } }))).toEqual([
    ['input.tail', false, 'a.json:2'],
    ['dns.cacheMax', 1, 'a.json:2'],
  ])
})

test('an unknown key is a fault that suggests what was meant, also from another section', () => {
  expect(treeOf({ dns: { cachMax: 1 }, tail: true, dsn: { x: 1 }, dns2: 1 }).faults).toEqual([
    'dns.cachMax is unknown: did you mean dns.cacheMax? (a.json:2)',
    'tail is unknown: did you mean input.tail? (a.json:1)',
    'dsn is unknown: --help lists what there is (a.json:1)',
    'dns2 is unknown: --help lists what there is (a.json:1)',
  ])
})

test('a key with a dot in it is not the path that it looks like', () => {
  expect(treeOf({ 'dns.cacheMax': 1 }).faults).toHaveLength(1)
})

test('a section that holds no settings is a fault', () => {
  expect(treeOf({ dns: 5 }).faults).toEqual(['dns must be a group of settings: it is 5 (a.json:1)'])
})

test('variables are found by name, and unknown ones only within a section of ours', () => {
  const env = {
    DEADBEAT_DNS_CACHE_MAX: '7',
    DEADBEAT_DNS_CACH_MAX: '7',
    DEADBEAT_CODEGEN: 'off',
    HOME: '/',
    NONE: undefined,
  }
  const findings = fromEnvironment(env, rows)
  expect(values(findings)).toEqual([['dns.cacheMax', 7, 'DEADBEAT_DNS_CACHE_MAX']])
  expect(findings.faults).toEqual([
    'DEADBEAT_DNS_CACH_MAX is unknown: did you mean DEADBEAT_DNS_CACHE_MAX? (environment)',
  ])
})

test('an empty text is null where null is the default', () => {
  expect(values(fromEnvironment({ DEADBEAT_INPUT_FROM: '' }, rows))).toEqual([
    ['input.from', null, 'DEADBEAT_INPUT_FROM'],
  ])
})

test('flags come in kebab and camel case, with = or a blank, and lists by repeating', () => {
  const argv = ['--input.filenames=a,b', '--dns.cacheMax', '7', '--input.filenames', 'c', '--no-input.tail']
  expect(values(fromFlags(argv, rows))).toEqual([
    ['dns.cacheMax', 7, '--dns.cache-max'],
    ['input.tail', false, '--no-input.tail'],
    ['input.filenames', ['a,b', 'c'], '--input.filenames'],
  ])
})

test('a bare boolean flag is true and takes nothing of what follows', () => {
  expect(values(fromFlags(['--input.tail', '--dns.cache-max=1'], rows))).toEqual([
    ['input.tail', true, '--input.tail'],
    ['dns.cacheMax', 1, '--dns.cache-max'],
  ])
  expect(fromFlags(['--input.tail', 'stray'], rows).faults).toEqual(['"stray" is no flag: write --name value'])
})

test.each([['--no-input.tail'], ['--input.no-tail'], ['--input.tail', 'false'], ['--input.tail=off']])(
  '%s %s says no',
  (...argv) => {
    const { found, faults } = fromFlags([...argv, '--dns.cache-max', '1'], rows)
    expect(faults).toEqual([])
    expect(found.map(({ value }) => value)).toEqual([false, 1])
  },
)

test('a list takes all that follows up to the next flag, as a shell writes a pattern out', () => {
  const argv = ['--input.filenames', 'a.log', 'b.log', '--input.tail', '--input.filenames', 'c.log']
  expect(values(fromFlags(argv, rows))).toEqual([
    ['input.tail', true, '--input.tail'],
    ['input.filenames', ['a.log', 'b.log', 'c.log'], '--input.filenames'],
  ])
  expect(fromFlags(['--dns.cache-max', '1', '2'], rows).faults).toEqual(['"2" is no flag: write --name value'])
})

test('what is no flag, unknown, or lacks its value is a fault each', () => {
  expect(fromFlags(['stray', '--dns.cach-max', '5', '--dns.cache-max'], rows).faults).toEqual([
    '"stray" is no flag: write --name value',
    '--dns.cach-max is unknown: did you mean --dns.cache-max? (flag)',
    '--dns.cache-max needs a value: a whole number of at least 0',
  ])
})
