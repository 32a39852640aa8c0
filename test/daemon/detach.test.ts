import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../support/sources.js'

/** Run a script that detaches, to its caller's end. */
function start(script: string, readyTimeoutMs = 20_000) {
  const folder = mkdtempSync(join(tmpdir(), 'deadbeat-detach-'))
  const file = join(folder, 'daemon.mjs')
  const pidFile = join(folder, 'pid')
  const head = `import { detach } from '${root}dist/lib/daemon/index.js'
import { Escapement, Supply, Train } from '${root}dist/lib/movement/index.js'
import { writeFileSync } from 'node:fs'
await detach({ detach: true, readyTimeoutMs: ${readyTimeoutMs} })
writeFileSync('${pidFile}', String(process.pid))
class Tick extends Supply { start() { this.train.esc.every(60_000, () => {}) } finish() {} }
const train = new Train(Escapement.instance)
train.line(new Tick(train, {}))
`
  writeFileSync(file, head + script)
  const { status, stderr, error } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 15_000 })
  if (error !== undefined) throw error // The caller has ended, but somebody still holds its stderr.
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0
  rmSync(folder, { recursive: true })
  return { status, stderr, pid }
}

test('the caller ends with 0 once the train runs, and the daemon lives on in a session of its own', () => {
  const { status, pid } = start('await train.run()')
  try {
    expect(status).toBe(0)
    const [, , , , session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/\(.*\)/, 'x')
      .split(' ')
    expect([session, Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[0])]).toEqual([String(pid), pid])
  } finally {
    process.kill(pid, 'SIGKILL')
  }
})

test('a daemon that fails before its train runs gives the caller its exit code and its message', () => {
  const { status, stderr } = start(`process.stderr.write('no such input\\n'); process.exit(66)`)
  expect({ status, stderr }).toEqual({ status: 66, stderr: 'no such input\n' })
})

test('a script that throws fails the caller, too', () => {
  const { status, stderr } = start(`throw new Error('broken on purpose')`)
  expect(status).toBe(1)
  expect(stderr).toContain('broken on purpose')
})

test('a daemon that never runs its train is given up', () => {
  const { status, stderr } = start('setInterval(() => {}, 1000)', 300)
  expect(status).toBe(75)
  expect(stderr).toContain('readyTimeoutMs (300 ms)')
  const [, pid] = /pid (\d+)/.exec(stderr) ?? []
  expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
})
