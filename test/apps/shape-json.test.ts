import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { deadbeat, messages, scratch } from '../app/scratch.js'

function start(lines: readonly string[]) {
  const dir = scratch({ 'in.jsonl': lines.map((line) => `${line}\n`).join('') })
  const argv = ['run', 'shape-json', '--input.filenames=in.jsonl', '--no-input.follow']
  const { status, stderr } = deadbeat(dir, [...argv, '--output.path=out.jsonl', '--dead.path=dead.jsonl'])
  const written = (name = 'out.jsonl') => readFileSync(join(dir, name), 'utf8')
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

test('a line that is no JSON becomes a dead letter with its text and the reason, and the others go on', () => {
  const good = '{"ts":1,"level":"info","ip":"192.0.2.1"}'
  const { status, stderr, written } = start([good, '{"ts":', good])
  const out = '{"ts":1,"level":"info","ip":"192.0.2.0","time":"1970-01-01T00:00:01.000Z"}\n'
  expect([status, written()]).toEqual([0, out + out])
  expect(written('dead.jsonl')).toMatch(/^[^\n]*cannot parse as JSON[^\n]*\n$/)
  expect(JSON.parse(written('dead.jsonl'))).toMatchObject({ original: '{"ts":' })
  expect(messages(stderr)).toContain('diverted a datum')
})
