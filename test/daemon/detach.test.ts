import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { daemonBaseConfig } from '../../lib/daemon/index.js'
import { gather } from '../../lib/conf/index.js'
import { descriptorsOf, gone, isRoot, world } from '../support/daemons.js'
import { root } from '../support/sources.js'

/** A plain script that detaches, and what it does then. */
const script = (then: string): string => `import { detach, daemonBaseConfig } from '${root}dist/lib/daemon/index.js'
import { gather } from '${root}dist/lib/conf/index.js'
import { Escapement, Supply, Train } from '${root}dist/lib/movement/index.js'
import { writeFileSync } from 'node:fs'
const cfg = gather({ daemon: daemonBaseConfig })
await detach(cfg.daemon)
class Idle extends Supply {
  start() { this.timer = this.train.esc.every(60_000, () => {}) }
  finish() { this.train.esc.cancel(this.timer) }
}
const train = new Train(Escapement.instance)
train.line(new Idle(train, {}))
${then}
`
const RUN = 'await train.run()'

const start = (then: string, flags: readonly string[] = [], user?: number) => {
  const own = world({ 'daemon.mjs': script(then) }, user)
  const flagsOfAll = ['--daemon.detach', '--daemon.pid-file', own.pidFile, ...flags]
  return { ...own, start: () => own.node(['daemon.mjs', ...flagsOfAll]) }
}

test('the caller ends with 0 once the train runs, and the daemon lives on in a session of its own', () => {
  const daemon = start(RUN)
  expect(daemon.start()).toEqual({ status: 0, stdout: '', stderr: '' })
  const [pid, , , , group, session] = readFileSync(`/proc/${daemon.pid()}/stat`, 'utf8').split(' ')
  expect([group, session]).toEqual([pid, pid])
  expect([0, 1, 2].map((fd) => descriptorsOf(daemon.pid())[fd])).toEqual(Array(3).fill('/dev/null'))
})

test('a daemon that fails before its train runs gives the caller its exit code and its message', () => {
  const { status, stderr } = start(`process.stderr.write('no such input\\n'); process.exit(66)`).start()
  expect({ status, stderr }).toEqual({ status: 66, stderr: 'no such input\n' })
})

test('a script that throws before its train runs fails the caller, too', () => {
  const { status, stderr } = start(`throw new Error('broken on purpose')`).start()
  expect(status).toBe(1)
  expect(stderr).toContain('broken on purpose')
})

test('a script that ends before its train runs is a failure', () => {
  const { status, stderr } = start('').start()
  expect(status).toBe(70)
  expect(stderr).toMatch(/^the daemon \(pid \d+\) ended with 0 before its train ran\n$/)
})

// On a busy machine 2 s may be over before it has started anything, which shows nothing.
test('a daemon that never runs its train is killed, with what it started', async () => {
  const startFor = (timeoutMs: number) => {
    const daemon = start(
      `import { spawn } from 'node:child_process'
      const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
      writeFileSync('child', String(child.pid))
      setInterval(() => {}, 1000)`,
      ['--daemon.ready-timeout-ms', `${timeoutMs}ms`],
    )
    const { status, stderr } = daemon.start()
    expect(status).toBe(75)
    expect(stderr).toContain(`did not run its train within readyTimeoutMs (${timeoutMs} ms): it was killed\n`)
    return { file: join(daemon.dir, 'child'), pid: Number(/pid (\d+)/.exec(stderr)?.[1]) }
  }
  let daemon = startFor(2000)
  for (let timeoutMs = 4000; !existsSync(daemon.file); timeoutMs *= 2) daemon = startFor(timeoutMs)
  for (const one of [daemon.pid, Number(readFileSync(daemon.file, 'utf8'))]) await gone(one)
})

test('a second start says who holds the pid file, and since when, code 73', () => {
  const daemon = start(RUN)
  daemon.start()
  const since = statSync(daemon.pidFile).mtime.toISOString()
  expect(daemon.start()).toEqual({
    status: 73,
    stdout: '',
    stderr: `it runs already: the pid file ${daemon.pidFile} is held by process ${daemon.pid()}, since ${since}\n`,
  })
})

test('the pid file of a killed daemon is no obstacle, that of one that has ended is gone', async () => {
  const daemon = start(RUN)
  daemon.start()
  const first = daemon.pid()
  await daemon.kill('SIGKILL')
  expect(daemon.pid()).toBe(first)
  expect(daemon.start().status).toBe(0)
  expect(daemon.pid()).not.toBe(first)
  await daemon.kill('SIGTERM')
  expect(() => daemon.pid()).toThrow('ENOENT')
})

test('the mode bits and the directory are those of the settings, from the pid file on', () => {
  const daemon = start(`writeFileSync('made', ''); ${RUN}`, ['--daemon.umask', '077', '--daemon.directory', 'sub'])
  mkdirSync(join(daemon.dir, 'sub'))
  if (isRoot) chmodSync(join(daemon.dir, 'sub'), 0o700)
  expect(daemon.start().status).toBe(0)
  expect(statSync(join(daemon.dir, 'sub/made')).mode & 0o777).toBe(0o600)
})

test('a directory that cannot be entered is a wrong configuration, code 78', () => {
  const { status, stderr } = start(RUN, ['--daemon.directory', 'none']).start()
  expect({ status, stderr }).toEqual({
    status: 78,
    stderr: 'daemon.directory must be a directory that can be entered: none is ENOENT\n',
  })
})

test('in the foreground everything holds, too, but for the background', () => {
  const own = world({
    'a.mjs': script(`console.log(process.umask().toString(8), process.cwd()); process.exit(0)`),
  })
  const argv = ['a.mjs', '--daemon.pid-file', own.pidFile, '--daemon.umask', '027', '--daemon.directory', '/']
  expect(own.node(argv)).toEqual({ status: 0, stdout: '27 /\n', stderr: '' })
  expect(() => own.pid()).toThrow('ENOENT')
})

test('no descriptor of the caller reaches the daemon', () => {
  const daemon = start(RUN)
  writeFileSync(join(daemon.dir, 'secret'), '')
  const argv = ['daemon.mjs', '--daemon.detach', '--daemon.pid-file', daemon.pidFile]
  // Far from each other: where libuv looks it stops at the first hole.
  const shell = `exec 40<secret 251<secret; exec "$0" "$@"`
  expect(daemon.command('/bin/bash', ['-c', shell, process.execPath, ...argv]).status).toBe(0)
  const held = descriptorsOf(daemon.pid())
  expect([held[40], held[251]]).toEqual([undefined, undefined])
  const foreign = Object.values(held).filter((path) => !/^(anon_inode|pipe|socket):|^\/dev\/null$/.test(path))
  expect(foreign).toEqual([daemon.pidFile])
})

test('a child of the daemon is no daemon, and has no descriptor of it', () => {
  const daemon = start(
    `import { spawnSync } from 'node:child_process'
    const { stdout } = spawnSync('/bin/sh', ['-c', 'env; ls /proc/self/fd'], { encoding: 'utf8' })
    writeFileSync('child', stdout)
    ${RUN}`,
  )
  expect(daemon.start().status).toBe(0)
  const told = readFileSync(join(daemon.dir, 'child'), 'utf8')
  expect(told).not.toContain('DEADBEAT_DETACHED')
  expect(told.split('\n').filter((line) => /^\d+$/.test(line))).toEqual(['0', '1', '2', '3']) // 3 is ls's own.
})

test('sockets of a service manager and a background of its own exclude each other', () => {
  const own = world({ 'daemon.mjs': script(RUN) })
  const shell = `export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" daemon.mjs --daemon.detach`
  const { status, stderr } = own.command('/bin/sh', ['-c', shell, process.execPath])
  expect([status, stderr]).toEqual([
    78,
    'daemon.detach must be off where a service manager gives sockets: LISTEN_FDS is set\n',
  ])
})

test('what the settings are when nobody sets them, a script need not say', () => {
  const own = world({
    'a.mjs': `import { detach } from '${root}dist/lib/daemon/index.js'
      const { sockets } = await detach({})
      console.log(sockets.length)`,
  })
  expect(own.node(['a.mjs']).stdout).toBe('0\n')
  expect(gather({ daemon: daemonBaseConfig }, { argv: [], env: {} }).daemon.detach).toBe(false)
})

test('without the native binding it detaches, and says what a pid file needs, code 69', () => {
  const own = world({ 'daemon.mjs': script(`writeFileSync('pid', String(process.pid)); ${RUN}`) })
  const env = { DEADBEAT_NATIVE: 'off' }
  const { status, stderr } = own.node(['daemon.mjs', '--daemon.pid-file', own.pidFile], env)
  expect(status).toBe(69)
  expect(stderr).toBe(
    `the pid file ${own.pidFile} needs the native part of inotify-ts: ` +
      'the native part of inotify-ts is switched off: DEADBEAT_NATIVE is "off"\n',
  )
  expect(own.node(['daemon.mjs', '--daemon.detach'], env)).toEqual({ status: 0, stdout: '', stderr: '' })
  const pid = Number(readFileSync(join(own.dir, 'pid'), 'utf8'))
  expect(descriptorsOf(pid)[2]).toBe('/dev/null')
  process.kill(pid, 'SIGKILL')
})
