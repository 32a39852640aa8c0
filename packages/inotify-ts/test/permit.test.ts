import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { loadedFrom } from '../src/native.js'
import { codeOf, describeNative } from './support.js'

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** A process that obeys descriptor 3, and then does something, and lives on. */
function start(then = '') {
  const source = `
    const native = require(process.argv[1])
    process.on('SIGTERM', () => console.log('asked'))
    try { native.obeyPermit(3) } catch (error) { console.log(error.code) }
    console.log('runs')
    ${then}
    setInterval(() => {}, 60_000)`
  const child = spawn(process.execPath, ['-e', source, loadedFrom ?? ''], { stdio: ['ignore', 'pipe', 2, 'pipe'] })
  const permit = child.stdio[3] as Socket
  let said = ''
  let told = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
  permit.setEncoding('utf8').on('data', (text: string) => (told += text))
  permit.on('error', () => undefined) // It has ended.
  return {
    ...{ child, permit, said: () => said, told: () => told, ended: once(child, 'exit') },
    renew: (stopMs: number, killMs: number) => {
      permit.write(`${Math.floor(nowMs() + stopMs)} ${Math.floor(nowMs() + killMs)}\n`)
    },
    until: async (text: string): Promise<void> => {
      while (!said.includes(text)) await once(child.stdout as NodeJS.EventEmitter, 'data')
    },
    hears: async (text: string): Promise<void> => {
      while (!told.includes(text)) await once(permit, 'data')
    },
  }
}

/** Whether it stands still, or has ended already. */
const hasStopped = ({ pid }: ChildProcess): boolean => {
  try {
    return /\) [TZ] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

describeNative('a permit', (native) => {
  test('is waited for, and then the process runs for as long as it is renewed', async () => {
    const { child, renew, until, said, told, ended } = start()
    expect(said()).toBe('')
    renew(60_000, 60_000)
    await until('runs')
    const atMs = nowMs()
    renew(60_000, 300)
    const [code, signal] = (await ended) as [number | null, string]
    expect([code, signal, child.killed, told()]).toEqual([null, 'SIGKILL', false, ''])
    expect(nowMs() - atMs).toBeGreaterThanOrEqual(299)
  })

  test('that is not renewed in time asks for an orderly end first, and says so, once', async () => {
    const { renew, until, said, told, ended } = start()
    renew(100, 60_000)
    await until('asked')
    renew(0, 100)
    expect(((await ended) as unknown[])[1]).toBe('SIGKILL')
    expect([said(), told()]).toEqual(['runs\nasked\n', 'stops\n'])
  })

  test('ends a process that stands still, before it runs again', async () => {
    const { child, renew, until, ended } = start()
    renew(60_000, 60_000)
    await until('runs')
    renew(0, 500)
    await until('asked') // So that line was read.
    child.kill('SIGSTOP')
    while (!hasStopped(child)) await new Promise((resolve) => setImmediate(resolve))
    expect(((await ended) as unknown[])[1]).toBe('SIGKILL')
  })

  test('is read while the process is busy', async () => {
    const { renew, until, hears, ended } = start('for (;;);')
    renew(60_000, 60_000)
    await until('runs')
    renew(0, 60_000)
    await hears('stops')
    renew(0, 0)
    expect(((await ended) as unknown[])[1]).toBe('SIGKILL')
  })

  test('that nobody can renew any more is over in order, and at its time at the latest', async () => {
    const { permit, renew, until, ended } = start()
    renew(60_000, 300)
    await until('runs')
    permit.end()
    await until('asked')
    expect(((await ended) as unknown[])[1]).toBe('SIGKILL')
  })

  test('must be one: a socket that is closed gives none', async () => {
    const { child, permit, until, ended } = start()
    permit.end()
    await until('EPIPE')
    child.kill('SIGKILL')
    await ended
  })

  test('is no other thing', () => {
    expect(codeOf(() => native.obeyPermit('3' as never))).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf(() => native.obeyPermit(9999))).toBe('EBADF')
  })
})
