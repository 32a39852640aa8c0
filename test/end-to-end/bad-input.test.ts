// What goes in is wrong: each a clear message, the right exit code, and nothing lost that could be kept.
import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { grown } from '../support/grown.js'
import { messages, start } from './apps.js'

const WRITE = ['--output.path', 'out', '--dead.path', 'dead']
const ONCE = ['--input.follow', 'false']

test('a line that is no JSON becomes a dead letter, and the others go on', async () => {
  const { run, lines } = start({ 'in.jsonl': '{"n":1}\nnope\n{"n":2}\n\n[3]\n{"n":4}' })
  const outcome = await run('shape', '--input.filenames', 'in.jsonl', ...WRITE, ...ONCE)
  expect([outcome.status, messages(outcome)]).toEqual([0, ['error diverted a datum', 'error diverted a datum']])
  expect(lines('out')).toEqual(['{"n":1}', '{"n":2}', '{"n":4}'])
  expect(lines('dead').map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ cog: 'ParseJson', original: 'nope', data: 'nope' }),
    expect.objectContaining({ cog: 'ParseJson', original: '[3]', data: '[3]' }),
  ])
})

test('without dead letters such a line stops the train, with code 65, and what came before it is written', async () => {
  const { run } = start({ 'in.jsonl': '{"n":1}\nnope\n{"n":2}\n' })
  const outcome = await run('strict', '--input.filenames', 'in.jsonl', ...ONCE)
  expect([outcome.status, outcome.stdout]).toEqual([65, '{"n":1}\n'])
  expect(messages(outcome).at(-1)).toMatch(/^fatal stopped: ParseJson failed on \S+: cannot parse as JSON: .*"nope"$/)
})

test('told to drop such a line, it says so for each', async () => {
  const { run } = start({ 'in.jsonl': 'no\n{"n":1}\n' })
  const outcome = await run('strict', '--input.filenames', 'in.jsonl', '--train.on-error', 'drop', ...ONCE)
  expect([outcome.status, outcome.stdout]).toEqual([0, '{"n":1}\n'])
  expect(messages(outcome)).toEqual(['error dropped a datum'])
})

test('random bytes become dead letters from which every byte can be had again', async () => {
  const bytes = Buffer.alloc(100_000)
  let state = 7
  for (let i = 0; i < bytes.length; i++) bytes[i] = (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16
  const { run, lines, path } = start()
  writeFileSync(path('junk'), bytes)
  const { status } = await run('shape', '--input.filenames', 'junk', ...WRITE, ...ONCE, '--log.level', 'fatal')
  expect([status, lines('out')]).toEqual([0, []])

  const letters = lines('dead').map((line) => JSON.parse(line) as { original?: string; originalBase64?: string })
  const kept = letters.map(({ original, originalBase64 }) =>
    original === undefined ? Buffer.from(originalBase64 ?? '', 'base64').toString('latin1') : latin1(original),
  )
  const come = bytes.toString('latin1').split('\n')
  expect(kept).toEqual(come.map((line) => line.replace(/\r$/, '')).filter((line) => line !== ''))
  expect(letters.some(({ originalBase64 }) => originalBase64 !== undefined)).toBe(true)
})

test('a file that vanishes is read to its end, and the next of its name from its beginning', async () => {
  const { launch, path, lines } = start({ 'a.log': 'old\n' })
  const { child, ended, says } = launch('run', 'copy', '--input.filenames', 'a.log', '--output.path', 'out')
  await says(/^running$/)
  appendFileSync(path('a.log'), 'one\n')
  rmSync(path('a.log'))
  await grown(path('out'), 1)
  writeFileSync(path('a.log'), 'two\n')
  await grown(path('out'), 2)
  child.kill('SIGINT')
  const outcome = await ended
  expect([outcome.status, messages(outcome).filter((text) => !text.startsWith('info'))]).toEqual([0, []])
  expect(lines('out')).toEqual(['one', 'two'])
})

test('a file that may not be read is told once, the others go on, and it is read once it may be', async () => {
  const { launch, path, lines } = start({ 'a.log': 'secret\n', 'b.log': 'open\n' })
  chmodSync(path('a.log'), 0)
  const argv = ['--input.filenames', 'a.log', 'b.log', '--input.tail', 'false', '--output.path', 'out']
  const { child, ended, says } = launch('run', 'copy', ...argv)
  await says(/^cannot read .*a\.log: /)
  await grown(path('out'), 1)
  chmodSync(path('a.log'), 0o644)
  await grown(path('out'), 2)
  child.kill('SIGINT')
  const outcome = await ended
  expect([outcome.status, lines('out')]).toEqual([0, ['open', 'secret']])
  expect(messages(outcome)).toEqual([
    expect.stringMatching(
      /^error cannot read \S+a\.log: EACCES: .*; let the daemon read it; it is tried again from time to time$/,
    ),
    expect.stringMatching(/^info \S+a\.log can be read again$/),
  ])
})

test('a file that may not be read is code 66 where nothing is waited for', async () => {
  const { run, path } = start({ 'a.log': 'secret\n' })
  chmodSync(path('a.log'), 0)
  const outcome = await run('copy', '--input.filenames', 'a.log', '--output.path', 'out', ...ONCE)
  expect([outcome.status, messages(outcome)]).toEqual([
    66,
    [`fatal stopped: cannot read ${path('a.log')}: EACCES: permission denied, open '${path('a.log')}'`],
  ])
})

test('a pattern that matches nothing is told, and waited for', async () => {
  const { launch, path, lines } = start()
  const argv = ['--input.filenames', 'logs/*.log', 'b.log', '--output.path', 'out']
  mkdirSync(path('logs'), 0o755)
  const { child, ended, says } = launch('run', 'copy', ...argv)
  await says(/^running$/)
  writeFileSync(path('logs/a.log'), 'here\n')
  await grown(path('out'), 1)
  child.kill('SIGINT')
  const outcome = await ended
  const missing = `${path('logs/*.log')}, ${path('b.log')}`
  expect([outcome.status, lines('out')]).toEqual([0, ['here']])
  expect(messages(outcome)).toEqual([`warn nothing to follow yet: ${missing}; it is waited for`])
})

test.each([
  ['a pattern that matches nothing', ['none*.log', 'out'], ONCE, 'no such file: DIR/none*.log (matches nothing)'],
  ['a file that is not there', ['none.log'], ONCE, 'no such file: DIR/none.log'],
  [
    'such a file that may not be waited for',
    ['none.log'],
    ['--input.on-missing', 'fail'],
    'nothing to follow yet: DIR/none.log',
  ],
  ['a directory', ['.'], ONCE, 'cannot read DIR: it is a directory; name its files: DIR/*'],
])('%s is code 66', async (_, filenames, how, message) => {
  const { run, dir } = start()
  const outcome = await run('copy', '--input.filenames', ...filenames, '--output.path', 'out', ...how)
  expect([outcome.status, messages(outcome)]).toEqual([66, [`fatal stopped: ${message.replaceAll('DIR', dir)}`]])
  expect(outcome.log[0]).toMatchObject({ code: expect.stringMatching(/^E/) as unknown })
  expect(outcome.log[0]?.err).toBeUndefined()
})

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
