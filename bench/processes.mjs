// What the figures need of other processes: run them, wait for their word, and ask the kernel what they cost.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Where data, outputs and the files of daemons lie: on a real disk, please (DEADBEAT_BENCH_DIR). */
export function workDirectory(...parts) {
  const path = join(process.env.DEADBEAT_BENCH_DIR ?? join(tmpdir(), 'deadbeat-bench'), ...parts)
  mkdirSync(path, { recursive: true })
  return path
}

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Run a program of the benches in a Node of its own; answers what its last line says, which is JSON. */
export async function runNode(path, args = [], { flags = [], env = {} } = {}) {
  const child = spawn(process.execPath, [...flags, join(root, path), ...args.map(String)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [text, code] = await Promise.all([textOf(child.stdout), ended(child)])
  if (code !== 0) throw new Error(`${path} ${args.join(' ')} ended with ${code}`)
  return JSON.parse(text.trim().split('\n').at(-1))
}

/** Everything that a stream says. */
export async function textOf(stream) {
  let text = ''
  for await (const piece of stream.setEncoding('utf8')) text += piece
  return text
}

/** The exit code or the signal of a process whose output is read or thrown away. */
export const ended = (child) =>
  new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })

/** Start a program and wait until it has said a line; answers the child, that line and the time it took in ms. */
export async function startUntilLine(command, args, options = {}) {
  const startNs = process.hrtime.bigint()
  const child = spawn(command, args.map(String), { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], ...options })
  const line = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => reject(new Error(`${command} ${args.join(' ')} ended with ${code} before its line`)))
    createInterface({ input: child.stdout }).once('line', resolve)
  })
  return { child, line, ms: Number(process.hrtime.bigint() - startNs) / 1e6 }
}

/** End a process that was started here, and wait until it is gone. */
export async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

/** Run a command to its end: wall and CPU in s, peak resident memory in MB, sampled from the kernel's accounts. */
export async function runMeasured(command, args, { isOver = null, ...options } = {}) {
  const startNs = process.hrtime.bigint()
  const seconds = () => Number(process.hrtime.bigint() - startNs) / 1e9
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], ...options })
  let last = null
  let code
  const gone = ended(child).then((how) => (code = how))
  while (code === undefined) {
    last = usageOf(child.pid) ?? last
    if (isOver?.() === true) {
      const wall = seconds()
      last = usageOf(child.pid) ?? last
      await stop(child)
      return { wall, ...last }
    }
    await Promise.race([gone, wait(20)])
  }
  if (code !== 0 || isOver !== null) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
  return { wall: seconds(), ...last }
}

/** CPU in s and peak resident memory in MB of a process; null if it is gone. */
export function usageOf(pid) {
  try {
    // Behind the name, which may hold anything, come state, ppid ...: user and system time are the 12th and 13th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ')
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const peak = /VmHWM:\s+(\d+)/.exec(status)
    if (peak === null) return null
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, peakMb: Number(peak[1]) / 1024 }
  } catch {
    return null
  }
}

/** Resident memory in MB. */
export function residentMb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / 1024
}

/** How often the kernel has switched to any thread of a process: each wake-up is one. */
export function switchesOf(pid) {
  let sum = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1')
    for (const [, count] of status.matchAll(/voluntary_ctxt_switches:\s+(\d+)/g)) sum += Number(count)
  }
  return sum
}

/** Whether a command is there to be run. */
export function isInstalled(command) {
  return (process.env.PATH ?? '')
    .split(':')
    .concat('/usr/sbin')
    .some((directory) => {
      try {
        return readdirSync(directory).includes(command)
      } catch {
        return false
      }
    })
}
