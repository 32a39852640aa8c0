import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readConfigFile } from '../../lib/conf/file.js'
import { temporary } from '../support/temporary.js'

function start(name: string, text: string): string {
  const file = join(temporary(), name)
  writeFileSync(file, text)
  return file
}

const expected = { dns: { cacheMax: 5 }, input: { filenames: ['a'] } }

test.each([
  ['a.json', '\uFEFF{"dns":{"cacheMax":5},"input":{"filenames":["a"]}}'],
  ['a.json5', "{dns:{cacheMax:5,},/* all */input:{filenames:['a']}}"],
  ['a.yaml', 'dns:\n  cacheMax: 5\ninput: { filenames: [a] }\n'],
  ['a.yml', 'dns: {cacheMax: 5}\ninput:\n  filenames:\n    - a\n'],
  ['a.toml', '[dns]\ncacheMax = 5\n[input]\nfilenames = ["a"]\n'],
])('%s is read', (name, text) => {
  expect(readConfigFile(start(name, text)).tree).toEqual(expected)
})

test.each([
  ['a.json', '{\n"a": 1,\n"b" 2}', 3],
  ['a.json5', '{\n a: 1\n b: 2}', 3],
  ['a.yaml', 'a: 1\nb: [1, 2\nc: 3\n', 3],
  ['a.yaml', 'a: 1\na: 2\n', 2],
  ['a.toml', 'a = 1\nb = \n', 2],
])('%s with an error names the file and the line', (name, text, line) => {
  const file = start(name, text)
  expect(() => readConfigFile(file)).toThrow(`${file}:${line} cannot be parsed: `)
})

test('comments in .json are refused with the ending that allows them', () => {
  expect(() => readConfigFile(start('a.json', '{\n} // none'))).toThrow(/a\.json:2 .*its name must end in \.json5/)
})

test('an empty file is an empty object, anything but an object is refused', () => {
  expect(readConfigFile(start('a.yaml', ' \n')).tree).toEqual({})
  expect(readConfigFile(start('a.yaml', '# none\n')).tree).toEqual({})
  expect(() => readConfigFile(start('a.json', '[1]'))).toThrow(/must hold an object: it holds \[1\]/)
})

test('a file that is missing or of an unknown ending is a fault of the configuration', () => {
  expect(() => readConfigFile('/nowhere/a.json')).toThrow('/nowhere/a.json cannot be read: there is no such file')
  expect(() => readConfigFile('/nowhere/a.ini')).toThrow(/must end in \.json, .* it ends in "\.ini"/)
})

test('aliases that would blow up a YAML file are refused', () => {
  const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let n = 1; n < 8; n++)
    levels.push(
      `a${n}: &a${n} [${Array<string>(10)
        .fill(`*a${n - 1}`)
        .join(', ')}]`,
    )
  expect(() => readConfigFile(start('a.yaml', levels.join('\n')))).toThrow(/cannot be parsed/)
})

test.each([
  ['a.json', '{\n"dns": {\n"x": 1,\n "cacheMax": 5}}', 4],
  ['a.json5', "{\n// c\n'dns': {cacheMax: 5}}", 3],
  ['a.yaml', 'x: &a [1]\ndns:\n  # c\n  "cacheMax": 5\n', 4],
  ['a.toml', '# c\n[dns]\ny = 1\ncacheMax = 5\n', 4],
])('%s knows the lines of its keys', (name, text, line) => {
  const file = start(name, text)
  const { placeOf } = readConfigFile(file)
  expect([placeOf(['dns', 'cacheMax']), placeOf(['none'])]).toEqual([`${file}:${line}`, file])
})

test.each(['a.json', 'a.json5'])('%s with a key that stands twice in an object is refused', (name) => {
  const file = start(name, '{"a": {"n": 1},\n"b": {"n": 1,\n"n": 2}}')
  expect(() => readConfigFile(file)).toThrow(`${file}:3 cannot be parsed: b.n stands twice, first on line 2`)
})

test.each([
  ['a.json', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['a.json', `{"a":${'{"a":'.repeat(70)}1${'}'.repeat(71)}`],
  ['a.json5', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['a.yaml', '['.repeat(20_000) + ']'.repeat(20_000)],
  ['a.yaml', 'a: &a [*a, *a]'],
  ['a.toml', `a = ${'['.repeat(500)}${']'.repeat(500)}`],
])('%s that is nested too deep is refused (%#)', (name, text) => {
  expect(() => readConfigFile(start(name, text))).toThrow(/cannot be parsed: it is nested more than 64 deep/)
})

test('a tag of YAML that nobody knows is told', () => {
  expect(() => readConfigFile(start('a.yaml', 'a: 1\nb: !secret x\n'))).toThrow(/a\.yaml:2 cannot be parsed: .*!secret/)
})

test('what is too large or in another code is refused', () => {
  expect(() => readConfigFile(start('a.json', ' '.repeat(5_000_000)))).toThrow('it is larger than 4194304 bytes')
  const file = join(temporary(), 'a.json')
  writeFileSync(file, Uint8Array.of(0x22, 0xe4, 0x22))
  expect(() => readConfigFile(file)).toThrow(`${file} cannot be read: it is not in UTF-8`)
})
