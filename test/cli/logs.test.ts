import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { IDLE } from '../support/daemon-app.js'
import { MAIN, world } from '../support/daemons.js'

const LINES = [1, 2, 3].map((n) => `{"level":"info","time":"2026-01-02T03:04:0${n}.000Z","msg":"line ${n}"}\n`)

const start = (log = LINES.join('')) => {
  const own = world({ 'apps/idle.js': IDLE }, undefined, 'idle')
  const file = join(own.dir, 'state/idle.log')
  if (log !== '') writeFileSync(file, log)
  return { ...own, file }
}

test('the last lines are shown as text, or as they are', () => {
  const { deadbeat } = start()
  expect(deadbeat('logs', 'apps/idle', '-n', '1')).toEqual({
    status: 0,
    stdout: '2026-01-02T03:04:03.000Z INFO  line 3\n',
    stderr: '',
  })
  expect(deadbeat('logs', 'apps/idle', '--lines', '2', '--json').stdout).toBe(LINES.slice(1).join(''))
  expect(deadbeat('logs', 'apps/idle').stdout.split('\n').length).toBe(4)
})

test("the file is that of the app's settings", () => {
  const { deadbeat, dir } = start()
  writeFileSync(join(dir, 'other.log'), 'no JSON\x1b[31m\n')
  expect(deadbeat('logs', 'apps/idle', '--log.file', 'other.log').stdout).toBe('no JSON\\x1b[31m\n')
})

test("a daemon's usual log is shown by its name alone, and while its configuration is wrong", () => {
  const { deadbeat } = start()
  expect(deadbeat('logs', 'idle', '-n', '1').stdout).toMatch(/line 3/)
  expect(deadbeat('logs', 'apps/idle', '--input.nonsense', '-n', '1').stdout).toMatch(/line 3/)
})

test('where there is no file it says where to look, code 66', () => {
  const { deadbeat, file } = start('')
  expect(deadbeat('logs', 'apps/idle')).toEqual({
    status: 66,
    stdout: '',
    stderr: `idle has no log to show: there is no ${file}; under systemd: journalctl -u deadbeat-idle\n`,
  })
})

test('it follows the log across a rotation, until a signal', async () => {
  const { spawn, file } = start()
  const child = spawn([MAIN, 'logs', 'apps/idle', '-f', '-n', '1', '--json'])
  let shown = ''
  let wake = (): void => undefined
  child.stdout.on('data', (chunk: Buffer) => {
    shown += String(chunk)
    wake()
  })
  const until = async (text: string) => {
    while (!shown.includes(text)) await new Promise<void>((resolve) => (wake = resolve))
  }
  await until('line 3')
  appendFileSync(file, 'appended\n')
  await until('appended')
  appendFileSync(file, 'the last of it\n')
  renameSync(file, `${file}.1`)
  writeFileSync(file, 'the first of the next\n')
  await until('the first of the next\n')
  child.kill('SIGINT')
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect([code, shown]).toEqual([0, `${String(LINES[2])}appended\nthe last of it\nthe first of the next\n`])
})
