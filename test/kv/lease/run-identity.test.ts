import { expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beginRun, endRun, livenessOf, parseIdentity, type RunIdentity } from '../../../lib/kv/lease/run-identity.js'
import { temporary } from '../../support/temporary.js'

/** The identity of another process. */
function identityOf(pid: number): RunIdentity {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string
  return { ...beginRun(), run: 'another', pid, startTicks }
}

async function sleeper() {
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const kill = async (): Promise<void> => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  return { identity: identityOf(child.pid as number), kill }
}

test('a run of this process lives until it ends', () => {
  const run = beginRun()
  expect(livenessOf(run)).toBe('alive')
  endRun(run)
  expect(livenessOf(run)).toBe('dead')
})

test('another process lives until it was killed; one of the same number that was started later is another', async () => {
  const { identity, kill } = await sleeper()
  expect(livenessOf(identity)).toBe('alive')
  expect(livenessOf({ ...identity, startTicks: String(Number(identity.startTicks) - 1) })).toBe('dead')
  await kill()
  expect(livenessOf(identity)).toBe('dead')
})

test('nothing is known of what runs on another kernel or in a space of its own', () => {
  const run = beginRun()
  expect(livenessOf({ ...run, bootId: 'other' })).toBe('unknown')
  expect(livenessOf({ ...run, pidSpace: 'pid:[1]' })).toBe('unknown')
  expect(livenessOf({ ...run, bootId: '', pidSpace: '' }, '/nowhere')).toBe('unknown')
})

test('one that has ended and that its parent has not asked about is dead; one that is hidden is asked for', async () => {
  const { identity, kill } = await sleeper()
  const proc = temporary()
  const { bootId, pidSpace } = identity
  mkdirSync(join(proc, 'sys/kernel/random'), { recursive: true })
  writeFileSync(join(proc, 'sys/kernel/random/boot_id'), `${bootId}\n`)
  mkdirSync(join(proc, 'self/ns'), { recursive: true })
  symlinkSync(pidSpace, join(proc, 'self/ns/pid'))
  expect(livenessOf(identity, proc)).toBe('alive')
  mkdirSync(join(proc, String(identity.pid)))
  const fields = Array.from({ length: 18 }, () => '0').join(' ')
  writeFileSync(join(proc, String(identity.pid), 'stat'), `1 (a) Z) Z ${fields} ${identity.startTicks} 0\n`)
  expect(livenessOf(identity, proc)).toBe('dead')
  writeFileSync(join(proc, String(identity.pid), 'stat'), `1 (a) Z) S ${fields} ${identity.startTicks} 0\n`)
  expect(livenessOf(identity, proc)).toBe('alive')
  await kill()
})

test('what was written down is read again, and nothing else', () => {
  const run = beginRun()
  expect(parseIdentity(JSON.stringify(run))).toEqual(run)
  for (const text of ['', 'null', '1', '{"run":"a"}', JSON.stringify({ ...run, pid: '1' })])
    expect(parseIdentity(text)).toBe(null)
})
