import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { deadbeat, environment, scratch, startDeadbeat } from '../../app/scratch.js'

const MAIN = join(process.cwd(), 'dist/lib/cli/main.js')

test('what one process writes the next one reads, in the state directory; looking alone makes no store', () => {
  const dir = scratch({})
  expect(deadbeat(dir, ['kv', 'list'])).toMatchObject({ status: 66, stderr: expect.stringContaining('no store') })
  expect(deadbeat(dir, ['kv', 'put', '/a', '1'])).toEqual({
    status: 0,
    stdout: '/a created at revision 2\n',
    stderr: '',
  })
  expect(deadbeat(dir, ['kv', 'create', '/a', '1']).status).toBe(73)
  expect(deadbeat(dir, ['kv', 'get', '/a']).stdout).toBe('1\n')
  expect(deadbeat(dir, ['kv', 'status']).stdout).toContain(`store     ${dir}/state/kv\n`)
})

test('a watch of one process hears of another, and ends with 0 on Ctrl-C', async () => {
  const dir = scratch({})
  const argv = ['kv', 'watch', '/a', '--all', '--url', `file:${dir}/store`]
  const { child, ended } = await startDeadbeat(dir, argv, '')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const put = (path: string, value: string) => deadbeat(dir, ['kv', 'put', path, value, '--url', `file:${dir}/store`])
  expect([put('/a/b', '1').status, put('/ab', 'no').status, put('/a', '2').status]).toEqual([0, 0, 0])
  // What was there before the watch has another mark.
  expect([(await lines.next()).value, (await lines.next()).value]).toEqual([
    expect.stringMatching(/^2 [=+] \/a\/b = 1$/),
    expect.stringMatching(/^4 [=+] \/a = 2$/),
  ])
  child.kill('SIGINT')
  expect(await ended).toEqual({ status: 0, signal: null, stderr: '' })
})

test('two processes hold a lock one after the other; a kill -9 frees it when its time is over', async () => {
  const dir = scratch({})
  const url = ['--url', `file:${dir}/store`]
  const argv = ['kv', 'lock', '/l', '--ttl', '1s', ...url, '--', 'sh', '-c', 'echo $$ > pid; echo held; exec sleep 60']
  const first = await startDeadbeat(dir, argv, 'held')
  expect(deadbeat(dir, ['kv', 'lock', '/l', '--timeout', '1ms', ...url, '--', 'true']).status).toBe(75)
  const waiting = await startDeadbeat(dir, ['kv', 'lock', '/l', ...url, '--', 'sh', '-c', 'exit 5'], '')
  await once(waiting.child.stderr, 'data')
  first.child.kill('SIGKILL')
  expect(await waiting.ended).toMatchObject({ status: 5, stderr: '/l is held; before this one: 1\n' })
  // It knows nothing of that: what it writes elsewhere needs its fencing token.
  process.kill(Number(readFileSync(join(dir, 'pid'), 'utf8')))
  await first.ended
  const places = deadbeat(dir, ['kv', 'list', '/l', ...url])
  expect(places.stdout).toBe('')
})

test('a signal goes to the command under the lock, and its code comes back', async () => {
  const dir = scratch({})
  const script = 'process.on("SIGTERM", () => process.exit(9)); console.log("held"); setInterval(() => undefined, 1000)'
  const argv = ['kv', 'lock', '/l', '--url', `file:${dir}/store`, '--', process.execPath, '-e', script]
  const { child, ended } = await startDeadbeat(dir, argv, 'held')
  child.kill('SIGTERM')
  child.stdout.resume()
  expect((await ended).status).toBe(9)
})

test('bytes go in by a pipe and come out by one', async () => {
  const dir = scratch({})
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, n) => n % 256))
  const start = (argv: string[]) => spawn(process.execPath, [MAIN, ...argv], { cwd: dir, env: environment(dir) })
  const put = start(['kv', 'put', '/a', '-'])
  put.stdin.end(bytes)
  expect(await once(put, 'close')).toEqual([0, null])
  const get = start(['kv', 'get', '/a', '--raw'])
  const pieces: Buffer[] = []
  get.stdout.on('data', (piece: Buffer) => pieces.push(piece))
  expect(await once(get, 'close')).toEqual([0, null])
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
})

test('an export goes through a pipe into another store', () => {
  const dir = scratch({})
  for (const [path, value] of [
    ['/a', '{"n":1}'],
    ['/a/b', 'x'],
  ] as const)
    deadbeat(dir, ['kv', 'put', path, value])
  const file = deadbeat(dir, ['kv', 'export', '--yaml']).stdout
  const other = scratch({ 'all.yaml': file })
  expect(deadbeat(other, ['kv', 'import', 'all.yaml']).stdout).toBe(
    'Creating /a\nCreating /a/b\nImport finished successfully\n',
  )
  expect(deadbeat(other, ['kv', 'list', '-av']).stdout).toBe('/a = {"n":1}\n/a/b = x\n')
})
