import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { deadbeat, messages, scratch } from '../app/scratch.js'

function start(lines: readonly string[]) {
  const dir = scratch({ 'in.jsonl': lines.map((line) => `${line}\n`).join('') })
  const argv = ['run', 'shape-json', '--input.filenames=in.jsonl', '--no-input.follow', '--output.path=out.jsonl']
  const { status, stderr } = deadbeat(dir, argv)
  const written = () => readFileSync(join(dir, 'out.jsonl'), 'utf8')
  return { status, stderr, written }
}

test('lines of level info come out in order, their address cut to its network, with the time as text', () => {
  const { status, written } = start([
    '{"ts":1700000000.123,"level":"info","ip":"192.0.2.77","msg":"a"}',
    '{"ts":1700000001,"level":"debug","ip":"192.0.2.78","msg":"b"}',
    '{"ts":1700000002.5,"level":"info","ip":"198.51.100.1","msg":"c"}',
  ])
  expect([status, written()]).toEqual([
    0,
    '{"ts":1700000000.123,"level":"info","ip":"192.0.2.0","msg":"a","time":"2023-11-14T22:13:20.123Z"}\n' +
      '{"ts":1700000002.5,"level":"info","ip":"198.51.100.0","msg":"c","time":"2023-11-14T22:13:22.500Z"}\n',
  ])
})

test('many lines arrive whole, none twice', () => {
  const count = 20_000
  const line = (n: number) =>
    `{"ts":${1700000000 + n},"level":"${n % 2 ? 'info' : 'warn'}","ip":"192.0.2.${n % 256}","n":${n}}`
  const { status, written } = start(Array.from({ length: count }, (_, n) => line(n)))
  const numbers = written()
    .trimEnd()
    .split('\n')
    .map((text) => (JSON.parse(text) as { n: number }).n)
  expect([status, numbers]).toEqual([0, Array.from({ length: count / 2 }, (_, i) => 2 * i + 1)])
})

test('a line that is no JSON stops it with a message that names the cog; what came before is written', () => {
  const { status, stderr, written } = start(['{"ts":1,"level":"info","ip":"192.0.2.1"}', '{"ts":'])
  expect(status).toBe(70)
  expect(messages(stderr).at(-1)).toMatch(/^stopped: ParseJson\S* failed on \S+: cannot parse as JSON/)
  expect(written()).toBe('{"ts":1,"level":"info","ip":"192.0.2.0","time":"1970-01-01T00:00:01.000Z"}\n')
})
