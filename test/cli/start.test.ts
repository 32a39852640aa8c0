import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { messages } from '../app/scratch.js'
import { IDLE } from '../support/daemon-app.js'
import { statusOf, USERS, world } from '../support/daemons.js'
import { root } from '../support/sources.js'

const FILES = { 'apps/idle.js': IDLE }
const logOf = (dir: string): string => readFileSync(join(dir, 'state/idle.log'), 'utf8')

describe.each(USERS)('as %s', (_, uid) => {
  const start = (files: Record<string, string> = {}) => world({ ...FILES, ...files }, uid, 'idle')

  test('it runs, says its process and its log, and a second start says who holds it, code 73', () => {
    const { deadbeat, dir, pid, pidFile } = start()
    const log = join(dir, 'state/idle.log')
    expect(deadbeat('start', 'apps/idle')).toEqual({
      status: 0,
      stdout: `idle runs: process ${pid()}; its log is ${log}\n`,
      stderr: '',
    })
    const { status, stdout, stderr } = deadbeat('start', 'apps/idle')
    expect([status, stdout]).toEqual([73, ''])
    expect(stderr).toMatch(`idle: it runs already: the pid file ${pidFile} is held by process ${pid()}, since `)
    expect(messages(logOf(dir)).slice(0, 3)).toEqual(['configuration: none', 'given', 'running'])
  })

  test('a killed one is no obstacle to the next', async () => {
    const { deadbeat, kill, pid } = start()
    deadbeat('start', 'apps/idle')
    const first = pid()
    await kill('SIGKILL')
    expect(deadbeat('start', 'apps/idle', '--json').stdout).toContain(`{"app":"idle","pid":${pid()},`)
    expect(pid()).not.toBe(first)
  })

  test.each([
    ['a wrong setting', ['--input.fail', 'often'], 78, /^idle: input\.fail must be .*"often"/],
    [
      'an unknown user',
      ['--daemon.user', 'no-such-one'],
      78,
      /^idle: daemon\.user must be the name or number of a user/,
    ],
    [
      'a failure while it is built, with its stack and where the log is,',
      ['--input.fail', 'build'],
      70,
      /^idle: not started: failed while it was built\n {2}at Object\.build \(.*idle\.js:\d+:\d+\)\n( {2}at .*\n)+idle: its log is \/.*\/state\/idle\.log\n$/,
    ],
    [
      'a failure at its start',
      ['--input.fail', 'start'],
      70,
      /^idle: stopped: failed at the start\n {2}at Idle\.start .*\n( {2}at .*\n)+idle: its log is .*\n$/,
    ],
    [
      'no file for the pid',
      ['--daemon.pid-file', '/none/a.pid'],
      73,
      /^idle: the pid file \/none\/a\.pid cannot be used/,
    ],
    [
      'a train that never runs',
      ['--input.fail', 'hang', '--daemon.ready-timeout-ms', '2s'],
      75,
      /did not run its train within readyTimeoutMs \(2000 ms\): it was killed\nidle: its log is .*\n$/,
    ],
  ])('%s is told to the caller, with its code', (_what, flags, code, message) => {
    const { deadbeat, pid, pidFile } = start()
    const { status, stdout, stderr } = deadbeat('start', 'apps/idle', ...flags)
    expect([status, stdout]).toEqual([code, ''])
    expect(stderr).toMatch(message)
    // A killed one leaves its file, which is in nobody's way.
    if (code !== 75) expect(() => pid()).toThrow('ENOENT')
    else if (existsSync(pidFile)) expect(statusOf(pid())).toBe('gone')
  })

  test('an app that loops while it is loaded is killed within its time, code 75', () => {
    const { deadbeat } = start({ 'apps/idle.js': `while (true) {}\n${IDLE}` })
    const { status, stdout, stderr } = deadbeat('start', 'apps/idle', '--daemon.ready-timeout-ms', '1s')
    expect([status, stdout]).toEqual([75, ''])
    expect(stderr).toMatch(/^the daemon \(pid \d+\) was not loaded within readyTimeoutMs \(1000 ms\): it was killed\n$/)
    expect(statusOf(Number(/\d+/.exec(stderr)?.[0]))).toBe('gone')
  })

  test('an address that is taken is told to the caller, code 69, and where the log is', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { deadbeat, dir } = start()
    const { status, stderr } = deadbeat('start', 'apps/idle', '--input.port', String(port))
    server.close()
    expect([status, stderr]).toEqual([
      69,
      `idle: stopped: listen EADDRINUSE: address already in use 127.0.0.1:${port}\nidle: its log is ${dir}/state/idle.log\n`,
    ])
  })

  test('what throws once it runs is in its log, and ends it', async () => {
    const { deadbeat, dir, kill } = start()
    expect(deadbeat('start', 'apps/idle', '--input.fail', 'later').status).toBe(0)
    await kill('SIGUSR2')
    expect(logOf(dir)).toContain('failed later')
  })

  test('a plain script detaches by the same flag; one that does not is told so', () => {
    const { deadbeat, dir, pidFile, pid } = start({
      'a.mjs': `import { detach, daemonBaseConfig } from '${root}dist/lib/daemon/index.js'
        import { gather } from '${root}dist/lib/conf/index.js'
        import { Escapement, Train } from '${root}dist/lib/movement/index.js'
        import { IntervalSupply } from '${root}dist/cogs/interval-supply.js'
        await detach(gather({ daemon: daemonBaseConfig }).daemon)
        const train = new Train(Escapement.instance)
        train.line(new IntervalSupply(train, { periodMs: 60_000 }), () => null)
        await train.run()`,
      'b.mjs': '',
    })
    expect(deadbeat('start', 'a.mjs', '--daemon.pid-file', pidFile)).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(statusOf(pid())).toBe('there')
    writeFileSync(join(dir, 'b.mjs'), 'process.exitCode = 3')
    expect(deadbeat('start', 'b.mjs')).toEqual({
      status: 3,
      stdout: '',
      stderr: "b.mjs is a plain script that has not called detach(): it isn't detached\n",
    })
  })
})
