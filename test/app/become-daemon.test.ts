import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { environment, messages } from './scratch.js'
import { IDLE } from '../support/daemon-app.js'
import { descriptorsOf, gone, isRoot, MAIN, NOBODY, USERS, world } from '../support/daemons.js'
import { StandInManager } from '../support/service-manager.js'
import { withNative } from '../support/with-native.js'

const open: StandInManager[] = []
afterEach(() => open.splice(0).forEach((one) => one.close()))

const start = (uid?: number) => {
  const own = world({ 'apps/idle.js': IDLE }, uid, 'idle')
  return { ...own, log: () => readFileSync(join(own.dir, 'state/idle.log'), 'utf8') }
}

describe.each(USERS)('under a service manager, as %s', (_, uid) => {
  withNative('it is told when the train runs, that it lives, of a reload and of the stop', async () => {
    const { spawn } = start(uid)
    const manager = new StandInManager(`@deadbeat-test-${process.pid}-${uid}`)
    open.push(manager)
    const child = spawn([MAIN, 'run', 'apps/idle'], { NOTIFY_SOCKET: manager.address, WATCHDOG_USEC: '100000' })
    const ended = once(child, 'exit')
    expect((await manager.hear('READY=1'))['MAINPID']).toBe(String(child.pid))
    await manager.hear('WATCHDOG=1')
    await manager.hear('WATCHDOG=1')
    child.kill('SIGHUP')
    expect((await manager.hear('RELOADING=1'))['MONOTONIC_USEC']).toMatch(/^\d+$/)
    await manager.hear('READY=1')
    child.kill('SIGTERM')
    await manager.hear('STOPPING=1')
    expect((await ended)[0]).toBe(0)
  })

  withNative('a train that does not come to run is never ready', async () => {
    const { spawn } = start(uid)
    const manager = new StandInManager(`@deadbeat-test-${process.pid}-${uid}`)
    open.push(manager)
    const child = spawn([MAIN, 'run', 'apps/idle', '--input.fail', 'start'], { NOTIFY_SOCKET: manager.address })
    expect((await once(child, 'exit'))[0]).toBe(70)
    expect(manager.messages).toEqual([])
  })
})

withNative('a daemon tells it, too, as the main process', async () => {
  const { node, pid, kill } = start()
  const manager = new StandInManager(`@deadbeat-test-${process.pid}-d`)
  open.push(manager)
  expect(node([MAIN, 'start', 'apps/idle'], { NOTIFY_SOCKET: manager.address }).status).toBe(0)
  expect((await manager.hear('READY=1'))['MAINPID']).toBe(String(pid()))
  await kill('SIGTERM')
  await manager.hear('STOPPING=1')
})

test('sockets that were opened for it have their names', () => {
  const { command, dir, log, pid } = start()
  const shell = `export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web
    exec "$0" "$@" 3</dev/null`
  const flags = ['run', 'apps/idle', '--input.fail', 'start', '--log.file', join(dir, 'state/idle.log')]
  expect(command('/bin/sh', ['-c', shell, process.execPath, MAIN, ...flags]).status).toBe(70)
  const given = log().split('\n').find((line) => line.includes('"msg":"given"')) // prettier-ignore
  expect(given).toContain('"sockets":[{"name":"web","fd":3}]')
  expect(() => pid()).toThrow('ENOENT') // In the foreground there is no pid file unless one is set.
})

test('a supply listens at a socket that was opened for it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle
  const { dir } = world({
    'tcp.js': `import { app } from 'deadbeat/app'
      import { TcpSupply, tcpSupplyBaseConfig } from 'deadbeat/cogs/tcp-supply'
      export default app({ name: 'tcp', config: { input: tcpSupplyBaseConfig }, build(train, { input }) {
        train.line(new TcpSupply(train, input), (data) => { console.log(data.line ?? data); return null })
      } })`,
  })
  const flags = ['run', 'tcp.js', '--input.port', '1', '--input.activated', 'web']
  const shell = 'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web; exec "$0" "$@"'
  const child = spawn('/bin/sh', ['-c', shell, process.execPath, MAIN, ...flags], {
    ...{ cwd: dir, env: environment(dir) },
    stdio: ['ignore', 'pipe', 'ignore', fd],
  })
  server.close() // From here on it is the child's alone.
  const socket = connect(port, '127.0.0.1').end('through\n')
  const [shown] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  expect(String(shown)).toContain('through')
  socket.destroy()
  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(0)
})

if (isRoot) {
  describe('as another user', () => {
    test('it is given its directories and its log, and goes when it is told', async () => {
      const { deadbeat, dir, pid, pidFile, log, kill } = start()
      expect(deadbeat('start', 'apps/idle', '--daemon.user', 'nobody').status).toBe(0)
      const owners = ['state', 'run', 'state/idle.log'].map((name) => statSync(join(dir, name)).uid)
      expect(owners).toEqual([NOBODY, NOBODY, NOBODY])
      expect(readFileSync(`/proc/${pid()}/status`, 'latin1')).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m)
      expect(deadbeat('reload', 'apps/idle').stdout).toBe('idle: no setting has changed; files were reopened\n')
      process.kill(pid(), 'SIGUSR1')
      const victim = pid()
      await kill('SIGTERM')
      await gone(victim)
      expect(messages(log())).toEqual(expect.arrayContaining(['reopening files', 'stopping', 'stopped']))
      expect(log()).not.toContain('EACCES')
      expect(() => statSync(pidFile)).toThrow('ENOENT')
    })

    test('what is not its own directory keeps its owner', () => {
      const { deadbeat, dir } = start()
      const log = join(dir, 'hard.log')
      expect(deadbeat('run', 'apps/idle', '--log.file', log, '--input.fail', 'start').status).toBe(70)
      const { status } = deadbeat('start', 'apps/idle', '--daemon.user', 'nobody', '--log.file', log)
      expect([status, statSync(log).uid, statSync(dir).uid]).toEqual([0, NOBODY, 0])
    })

    test('with a root of its own it sees nothing else', () => {
      const { deadbeat, dir, pid, pidFile } = start()
      const { status, stderr } = deadbeat('start', 'apps/idle', '--daemon.chroot', dir, '--daemon.user', 'nobody')
      expect([status, stderr]).toEqual([0, ''])
      expect(descriptorsOf(pid())[2]).toBe('/dev/null')
      expect(readFileSync(pidFile, 'utf8')).toBe(`${pid()}\n`)
      // Its control socket lies below that root.
      const asked = deadbeat('status', 'apps/idle', '--daemon.chroot', dir)
      expect([asked.stderr, asked.stdout]).toEqual(['', expect.stringContaining(`process ${pid()}`)])
      expect(asked.stdout).toContain('memory unknown') // There is no /proc that would tell it.
      expect(deadbeat('stop', 'apps/idle').status).toBe(0)
    })
  })
}

test('an ordinary user may not become another, code 77, nor have another root', () => {
  const { deadbeat } = start(isRoot ? NOBODY : undefined)
  const user = deadbeat('start', 'apps/idle', '--daemon.user', 'root')
  expect([user.status, user.stderr]).toEqual([77, expect.stringContaining('only the superuser can become user 0')])
  const root = deadbeat('start', 'apps/idle', '--daemon.chroot', '/')
  expect([root.status, root.stderr]).toEqual([77, 'idle: daemon.chroot / needs the superuser\n'])
})

test('a log that goes to syslog needs no file', () => {
  const { deadbeat, dir } = start()
  const { stdout } = deadbeat('start', 'apps/idle', '--log.syslog.address', 'udp://127.0.0.1:9', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ app: 'idle', log: null })
  expect(() => statSync(join(dir, 'state/idle.log'))).toThrow('ENOENT')
})
