// What an operator sets is wrong: every fault at once, each with its path, its file and what was meant; code 78.
import { chmodSync, existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { start } from './apps.js'

const RULE = 'a path or a list of paths'

async function refused(files: Readonly<Record<string, string>>, ...argv: string[]) {
  const { run, dir } = start(files)
  const { status, stdout, stderr, log } = await run('print', ...argv)
  expect([status, stdout, log]).toEqual([78, '', []])
  return stderr.replaceAll(`${dir}/`, '').split('\n').slice(0, -1)
}

test('keys that nobody knows and values that break their rules are told at once', async () => {
  const text = 'input:\n  filenames: a.log\n  folow: true\n  chunkBytes: many\nlgo: {level: info}\ntrain: 7\n'
  expect(await refused({ 'config/print.yaml': text }, '--input.tial', '--log.level', 'loud')).toEqual([
    'print: input.folow is unknown: did you mean input.follow? (config/print.yaml:3)',
    '  lgo is unknown: --help lists what there is (config/print.yaml:5)',
    '  train must be a group of settings: it is 7 (config/print.yaml:6)',
    `  input.chunkBytes must be a size: bytes, or a text such as '64k' or '1MiB': it is "many" (config/print.yaml:4)`,
    '  --input.tial is unknown: did you mean --input.tail? (flag)',
    expect.stringMatching(/^ {2}log.level must be one of "trace", .*: it is "loud" \(--log.level\)$/),
  ])
})

test('what must be set and is not is told with every way to set it', async () => {
  expect(await refused({})).toEqual([
    `print: input.filenames must be set: ${RULE} (in the file, as DEADBEAT_INPUT_FILENAMES, or as --input.filenames)`,
  ])
})

test.each([
  ['a.json', '{"input":\n {"filenames": "x",,}}', /^print: a\.json:2 cannot be parsed: /],
  [
    'a.json',
    '{"input":\n {"filenames": "x",}}',
    /^print: a\.json:2 cannot be parsed: it is JSON5, .* must end in \.json5/,
  ],
  ['a.yaml', 'input:\n  filenames: [a, b', /^print: a\.yaml:\d cannot be parsed: /],
  ['a.toml', 'x = 1\n[input\nfilenames = "a"', /^print: a\.toml:2 cannot be parsed: /],
  ['a.json', '["x"]', /^print: a\.json must hold an object: it holds \["x"\]$/],
  ['a.ini', 'x', /^print: a\.ini must end in \.json, \.json5, \.yaml, \.yml, \.toml: it ends in "\.ini"$/],
])('%s with %j is one fault', async (name, text, message) => {
  expect(await refused({ [name]: text }, '--config', name)).toEqual([expect.stringMatching(message)])
})

test('a file that is not there, or may not be read, is told as that and as nothing else', async () => {
  expect(await refused({}, '--config', 'none.yaml')).toEqual(['print: none.yaml cannot be read: there is no such file'])
  expect(await refused({ 'b.yaml/c': '' }, '--config', 'b.yaml')).toEqual(['print: b.yaml cannot be read: EISDIR'])
})

test('root reads what others may not, others are told', async () => {
  const { path, run } = start({ 'a.yaml': 'input: {filenames: none.log}' })
  chmodSync(path('a.yaml'), 0)
  const { status, stderr } = await run('print', '--config', 'a.yaml', '--input.follow', 'false')
  expect([status, stderr]).toEqual(process.getuid?.() === 0 ? [66, ''] : [78, 'print: a.yaml cannot be read: EACCES\n'])
})

test('two files that both could be meant are none', async () => {
  expect(await refused({ 'config/print.yaml': '', 'config/print.json': '' })).toEqual([
    'print: both config/print.json and config/print.yaml exist: say which with --config',
  ])
})

test('a value that only the cog can refuse is a wrong configuration, too', async () => {
  const { run } = start({ 'a.log': '' })
  const { status, log } = await run('print', '--input.filenames', 'a.log', '--input.chunk-bytes', '1')
  expect([status, log.map(({ msg }) => msg)]).toEqual([78, ['not started: chunkBytes must be at least 512: it is 1']])
})

test('a list of files that takes nothing is refused before anything is opened', async () => {
  const { run, path } = start({ 'none.json': '{"input":{"filenames":[]}}' })
  const faults = [
    ['--input.filenames', '!x'],
    ['--config', 'none.json'],
  ].map(async (argv) => {
    const { status, log } = await run('copy', '--output.path', 'out.log', ...argv)
    return [status, log.at(-1)?.msg]
  })
  expect(await Promise.all(faults)).toEqual([
    [78, expect.stringMatching(/^not started: filenames must name files to take as well.*: they are "!x"$/)],
    [78, 'not started: filenames must name at least one file: they are empty'],
  ])
  expect(existsSync(path('out.log'))).toBe(false)
})
