import { expect, test } from '@jest/globals'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporary } from '../../support/temporary.js'
import { startKv } from './run-kv.js'

/** An editor that is a script of the shell: the file is "$1". */
function editor(script: string) {
  const file = join(temporary(), 'my editor')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return { env: { PATH: process.env['PATH']!, EDITOR: `'${file}'` } }
}
const keptFile = (stderr: string): string => /--from (\S+)\n/.exec(stderr)![1]!

test('what the editor leaves is written, in the layout that it had', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/a': '{"n":1,"s":"x  y"}', '/t': 'text' })
  expect(await runIn(editor('sed -i "s/1/2/" "$1"'), 'edit', '/a')).toMatchObject({
    status: 0,
    stdout: '/a updated at revision 4\n',
  })
  expect((await run('get', '/a')).stdout).toBe('{"n":2,"s":"x  y"}\n')
  await runIn(editor('grep -q "^# Editing" "$1" && sed -i "s/^n: 2/n: 3/" "$1"'), 'edit', '/a', '--as', 'yaml')
  expect((await run('get', '/a')).stdout).toBe('{"n":3,"s":"x  y"}\n')
  await runIn(editor('echo more >> "$1"'), 'edit', '/t', '-q')
  expect((await run('get', '/t')).stdout).toBe('text\nmore\n')
})

test('a key keeps the lease that it has', async () => {
  const { run, runIn, clock } = startKv()
  await run('put', '/a', 'x', '--lease-ttl', '5s')
  expect((await runIn(editor('echo y > "$1"'), 'edit', '/a')).status).toBe(0)
  clock.advance(5000)
  expect((await run('get', '/a')).status).toBe(66)
})

test('nothing changed is no write', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/a': '{"n":1}' })
  expect(await runIn(editor('true'), 'edit', '/a')).toMatchObject({ status: 0, stdout: 'No change\n', stderr: '' })
  expect((await run('status', '--json')).stdout).toContain('"revision":2')
})

test('the file is for nobody else, in no place that others know, and gone afterwards', async () => {
  const { runIn, fill } = startKv()
  await fill({ '/a': 'secret' })
  const seen = join(temporary(), 'seen')
  await runIn(editor(`stat -c '%a' "$1" "$(dirname "$1")" > '${seen}'; echo "$1" >> '${seen}'`), 'edit', '/a')
  const [mode, folderMode, file] = readFileSync(seen, 'utf8').split('\n')
  expect([mode, folderMode, existsSync(dirname(file!))]).toEqual(['600', '700', false])
})

test('what is no JSON is not written, and the text is kept, to go on with', async () => {
  const { run, runIn, fill } = startKv()
  await fill({ '/a': '{"n":1}' })
  const broken = await runIn(editor('echo "{ \\"n\\": 2" > "$1"'), 'edit', '/a')
  expect([broken.status, broken.stderr]).toEqual([65, expect.stringContaining('kv edit: it is no JSON: ')])
  const file = keptFile(broken.stderr)
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['{ "n": 2\n', 0o600])
  expect((await runIn(editor('echo "}" >> "$1"'), 'edit', '/a', '--from', file)).status).toBe(0)
  expect((await run('get', '/a')).stdout).toBe('{"n":2}\n')
})

test('an editor that fails is 1, and its text is kept', async () => {
  const { runIn, fill } = startKv()
  await fill({ '/a': 'x' })
  const { status, stderr } = await runIn(editor('echo y > "$1"; exit 3'), 'edit', '/a')
  expect([status, stderr]).toEqual([1, expect.stringContaining('the editor ended with code 3')])
  expect(readFileSync(keptFile(stderr), 'utf8')).toBe('y\n')
})

/** Somebody writes while the editor is open, for the first commit of the command. */
function meanwhile(kv: ReturnType<typeof startKv>, values: Readonly<Record<string, string>>): void {
  const commit = kv.engine.commit.bind(kv.engine)
  let isFirst = true
  kv.engine.commit = async (compares, ...ops) => {
    if (isFirst && compares.length > 0) {
      isFirst = false
      await kv.fill(values)
    }
    return await commit(compares, ...ops)
  }
}

test('what somebody else wrote meanwhile is merged, and shown', async () => {
  const kv = startKv()
  await kv.fill({ '/a': '{"mine":1,"theirs":1}' })
  meanwhile(kv, { '/a': '{"mine":1,"theirs":2}' })
  const { status, stdout, stderr } = await kv.runIn(editor('sed -i s/\\"mine\\":.1/\\"mine\\":5/ "$1"'), 'edit', '/a')
  expect([status, stderr]).toEqual([0, 'kv edit: somebody else wrote /a meanwhile, at revision 3\n'])
  expect(stdout).toBe(
    '3 ~ /a\n    -   "theirs": 1\n    +   "theirs": 2\n/a merged with what somebody else wrote and updated at revision 4\n',
  )
  expect((await kv.run('get', '/a')).stdout).toBe('{"mine":5,"theirs":2}\n')
})

test('a contradiction writes nothing, is 73 and keeps the text; the editor does not open again', async () => {
  const kv = startKv()
  await kv.fill({ '/a': '{"n":1}' })
  meanwhile(kv, { '/a': '{"n":2}' })
  const log = join(temporary(), 'log')
  const { status, stderr } = await kv.runIn(editor(`echo open >> '${log}'; sed -i s/1/3/ "$1"`), 'edit', '/a')
  expect([status, stderr]).toEqual([73, expect.stringContaining('both changes of /a contradict each other')])
  expect([readFileSync(keptFile(stderr), 'utf8'), readFileSync(log, 'utf8')]).toEqual(['{\n  "n": 3\n}\n', 'open\n'])
  expect((await kv.run('get', '/a')).stdout).toBe('{"n":2}\n')
})

test('a key that is not there is 66, one that is no text 65, no editor 78', async () => {
  const { run, runIn } = startKv()
  await runIn({ stdin: Buffer.from([255]) }, 'put', '/b', '-')
  expect((await runIn(editor('true'), 'edit', '/none')).status).toBe(66)
  expect((await runIn(editor('true'), 'edit', '/b')).status).toBe(65)
  expect((await run('edit', '/b')).status).toBe(78)
  expect((await run('edit', '/b', '--as', 'xml')).status).toBe(64)
})

test('a key that is deleted meanwhile keeps the text', async () => {
  const kv = startKv()
  await kv.fill({ '/a': 'x' })
  const commit = kv.engine.commit.bind(kv.engine)
  kv.engine.commit = async (compares, ...ops) => {
    if (compares.length > 0) await commit([], [{ op: 'delete', key: '1/a' }])
    return await commit(compares, ...ops)
  }
  const { status, stderr } = await kv.runIn(editor('echo y > "$1"'), 'edit', '/a')
  expect([status, existsSync(keptFile(stderr))]).toEqual([66, true])
})
