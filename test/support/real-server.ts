/** Real servers of others, each started by its test on free ports of the loopback, with a directory that goes with it. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Cleanups } from './supplied.js'
import { until } from './supplied.js'

/** Whether a program is installed; `npm run verify` installs what is missing. */
export function has(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}

/** How many ports each of jest's processes has for itself. */
const PORTS = 7000
/** Below those that the kernel gives to whoever connects, or listens anywhere: none of them can come in between. */
const FIRST_PORT = 10_000 + ((Number(process.env['JEST_WORKER_ID'] ?? 1) - 1) % 3) * PORTS
let turn = Math.floor(Math.random() * PORTS)

/** A port of the loopback at which nobody listens, and nobody will but who asked for it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + (turn++ % PORTS)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .once('listening', () => server.close(() => resolve(true)))
      .listen(port, '127.0.0.1')
  })
}

/** Start a server, wait until it takes connections at a port, and end it with the test. */
export async function startServer(
  cleanups: Cleanups,
  port: number,
  command: string,
  args: readonly string[],
  options: object = {},
): Promise<{ kill: () => Promise<void>; said: () => string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const kill = async (): Promise<void> => {
    if (hasEnded()) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  cleanups.add(kill)
  await until(async () => {
    if (hasEnded()) throw new Error(`${command} ended: ${said}`)
    return isReached(port)
  })
  return { kill, said: () => said }
}

function isReached(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket
      .once('error', () => resolve(false))
      .once('connect', () => {
        socket.destroy()
        resolve(true)
      })
  })
}
