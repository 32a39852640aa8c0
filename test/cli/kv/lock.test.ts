import { expect, test } from '@jest/globals'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv } from './run-kv.js'

const env = { PATH: process.env['PATH']! }

test('the code is that of the command, which knows its fencing token; afterwards it is free', async () => {
  const { runIn, engine } = startKv()
  const out = join(temporary(), 'out')
  const script = 'echo "$DEADBEAT_FENCING_TOKEN" >> "$1"; exit 7'
  const lock = () => runIn({ env }, 'lock', '/l', '--', 'sh', '-c', script, '-', out)
  expect([(await lock()).status, (await lock()).status]).toEqual([7, 7])
  const [first, second] = readFileSync(out, 'utf8').trim().split('\n').map(Number)
  expect(second).toBeGreaterThan(first!)
  expect((await engine.range([{ key: '0', end: ':' }])).results[0]!.count).toBe(0)
})

test('one at a time: what two do under it does not mix', async () => {
  const { runIn } = startKv()
  const file = join(temporary(), 'count')
  writeFileSync(file, '0')
  const script = 'n=$(cat "$1"); echo $((n + 1)) > "$1"'
  const all = await Promise.all(
    Array.from({ length: 5 }, () => runIn({ env }, 'lock', '-q', '/l', '--', 'sh', '-c', script, '-', file)),
  )
  expect([all.map(({ status }) => status), readFileSync(file, 'utf8')]).toEqual([[0, 0, 0, 0, 0], '5\n'])
})

test('the options of the command are its own', async () => {
  const { runIn } = startKv()
  const out = join(temporary(), 'out')
  await runIn({ env }, 'lock', '/l', '--', 'sh', '-c', 'echo "$@" > "$1"', '-', out, '--json', '-q')
  expect(readFileSync(out, 'utf8')).toBe(`${out} --json -q\n`)
})

test('a command that is not there is 127 and leaves no lock; none at all is a wrong use', async () => {
  const { runIn, run } = startKv()
  expect((await runIn({ env }, 'lock', '/l', '--', 'no-such-program')).status).toBe(127)
  expect((await run('list', '--all')).stdout).toBe('')
  expect((await run('lock', '/l')).status).toBe(64)
  expect((await run('lock', '/l/', '--', 'true')).status).toBe(64)
})
