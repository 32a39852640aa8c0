import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { FROM_SOURCE } from '../support/child.js'

const MODULE = new URL('../../lib/process/permit.ts', import.meta.url).href
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** A process that obeys permits, if its environment names their descriptor, and lives on. */
function start(env: NodeJS.ProcessEnv, then = '') {
  const source = `
    const { obeyPermits } = await import(${JSON.stringify(MODULE)})
    process.on('SIGTERM', () => console.log('asked'))
    await obeyPermits(process.env).catch(({ code }) => console.log(code))
    console.log('runs', process.env.DEADBEAT_PERMIT_FD)
    ${then}
    setInterval(() => {}, 60_000)`
  const child = spawn(process.execPath, [...FROM_SOURCE, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 2, 'pipe'],
    env: { ...process.env, ...env },
  })
  const permit = child.stdio[3] as Socket
  const said = { out: '', back: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  permit.setEncoding('utf8').on('data', (text: string) => (said.back += text))
  permit.on('error', () => undefined) // It has ended.
  return {
    ...{ child, permit, said, ended: once(child, 'exit') as Promise<[number | null, string | null]> },
    renew: (stopMs: number, killMs: number) => {
      permit.write(`${Math.floor(nowMs() + stopMs)} ${Math.floor(nowMs() + killMs)}\n`)
    },
    until: async (text: string): Promise<void> => {
      while (!said.out.includes(text)) await once(child.stdout as NodeJS.EventEmitter, 'data')
    },
  }
}

describe.each([
  ['natively', {}],
  ['by the loop alone', { DEADBEAT_NATIVE: 'off' }],
])('a process that obeys permits %s', (_, mode) => {
  const env = { ...mode, DEADBEAT_PERMIT_FD: '3' }

  test('waits for the first, hands on no variable, and ends at the time that the last one says', async () => {
    const { renew, until, said, ended } = start(env)
    renew(60_000, 60_000)
    await until('runs undefined')
    const atMs = nowMs()
    renew(60_000, 300)
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(nowMs() - atMs).toBeGreaterThanOrEqual(299)
    expect(said).toEqual({ out: 'runs undefined\n', back: '' })
  })

  test('is asked to end first, once, and says so', async () => {
    const { renew, until, said, ended } = start(env)
    renew(0, 60_000)
    await until('asked')
    renew(0, 200)
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect([said.out.match(/asked/g), said.back]).toEqual([['asked'], 'stops\n'])
  })

  test('ends in order when nobody is there to renew them, and at its time at the latest', async () => {
    const { permit, renew, until, ended } = start(env)
    renew(60_000, 60_000)
    await until('runs')
    renew(60_000, 500)
    permit.end()
    await until('asked')
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  test('gets none from a socket that is closed', async () => {
    const { child, permit, until, ended } = start(env)
    permit.end()
    await until('EPIPE')
    child.kill('SIGKILL')
    await ended
  })
})

test('the loop reads what has come before it believes that nothing has', async () => {
  // It is busy from before its time until after that, and a renewal waits.
  const { renew, until, said, ended } = start(
    { DEADBEAT_NATIVE: 'off', DEADBEAT_PERMIT_FD: '3' },
    `setTimeout(() => {
      console.log('is busy')
      for (const until = performance.now() + 2000; performance.now() < until; );
      setTimeout(() => setImmediate(() => console.log('goes on')), 1)
    }, 900)`,
  )
  renew(60_000, 60_000)
  await until('runs')
  renew(1000, 60_000)
  await until('is busy')
  renew(60_000, 60_000)
  await until('goes on')
  expect(said).toMatchObject({ back: '', out: expect.not.stringContaining('asked') as string })
  renew(60_000, 0)
  expect(await ended).toEqual([null, 'SIGKILL'])
})

test('who is given no descriptor runs as ever', async () => {
  const { child, until, said, ended } = start({})
  await until('runs')
  child.kill('SIGKILL')
  expect([await ended, said.back]).toEqual([[null, 'SIGKILL'], ''])
})
