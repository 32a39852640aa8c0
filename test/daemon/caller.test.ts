import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { gone } from '../support/daemons.js'
import { FROM_SOURCE, runScript } from '../support/child.js'
import { root } from '../support/sources.js'
import { temporary } from '../support/temporary.js'

/** Wait in a process of its own for a daemon that is this script. */
const waitFor = (daemon: string, timeoutMs = 20_000) =>
  `const { startDaemon } = await import('${root}lib/daemon/caller.ts')
  const command = ['--input-type=module', '-e', ${JSON.stringify(daemon)}]
  console.log(JSON.stringify(await startDaemon(command, ${timeoutMs})))`

const READY = `process.send('ready'); setTimeout(() => process.disconnect(), 10)`

test('it runs once it says so', async () => {
  const { lines, errors } = await runScript(waitFor(READY), FROM_SOURCE)
  expect(errors).toBe('')
  expect(JSON.parse(lines[0] ?? '')).toEqual({ code: 0, pid: expect.any(Number) })
})

test('what it says of itself comes back', async () => {
  const daemon = `process.send({ readyTimeoutMs: 10_000, about: { app: 'a' } }); ${READY}`
  const { lines } = await runScript(waitFor(daemon), FROM_SOURCE)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ code: 0, about: { app: 'a' } })
})

test.each([
  [
    'that loops before it knows its settings',
    'while (true) {}',
    1000,
    /was not loaded within readyTimeoutMs \(1000 ms\)/,
  ],
  [
    'whose own time is shorter',
    'process.send({ readyTimeoutMs: 500, about: null }, () => { while (true) {} })',
    600_000,
    /did not run its train within readyTimeoutMs \(500 ms\)/,
  ],
])('one %s is killed when its time is over, code 75', async (_, daemon, limitMs, message) => {
  const { lines, errors } = await runScript(waitFor(daemon, limitMs), FROM_SOURCE)
  expect(errors).toMatch(message)
  const { code, pid } = JSON.parse(lines[0] ?? '') as { code: number; pid: number }
  expect(code).toBe(75)
  await gone(pid)
})

test.each([
  ['its own code', 'process.exit(66)', 66, ''],
  ['70 for an end without a failure', '', 70, 'ended with 0 before its train ran'],
  [
    '70 for an end by a signal',
    'process.kill(process.pid, "SIGKILL")',
    70,
    'was ended by SIGKILL before its train ran',
  ],
])('it ends with %s', async (_, daemon, code, message) => {
  const { lines, errors } = await runScript(waitFor(daemon), FROM_SOURCE)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ code })
  expect(errors).toContain(message)
})

test('io_uring is off in it, for that forbids a change of user', async () => {
  const daemon = `if (process.env.UV_USE_IO_URING === undefined) { ${READY} }`
  const body = `process.env.UV_USE_IO_URING = '1'\n${waitFor(daemon)}`
  const { lines } = await runScript(body, FROM_SOURCE)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ code: 0 })
})

test('whoever interrupts the wait ends the daemon, too', async () => {
  const daemon = `console.error(process.pid); setInterval(() => {}, 1000)`
  const argv = [...FROM_SOURCE, '--input-type=module', '-e', waitFor(daemon)]
  const child = spawn(process.execPath, argv, { cwd: temporary(), stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let told = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)))
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      told += String(chunk)
      if (told.includes('\n')) resolve()
    })
  })
  child.kill('SIGINT')
  await ended
  expect(JSON.parse(said)).toMatchObject({ code: 130 })
  expect(told).toContain('was not waited for: SIGINT; it was killed')
  await gone(Number.parseInt(told))
})
