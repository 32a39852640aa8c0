/** `deadbeat kv serve` as a process of its own, on a file and at a port that stay the same. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cleanups } from '../../support/supplied.js'

const MAIN = fileURLToPath(new URL('../../../dist/lib/cli/main.js', import.meta.url))

/** What it says once it listens. */
export interface Listening {
  readonly listening: string
  readonly store: string
  readonly pid: number
}

/** Start one; resolves once it listens. */
export async function serveFile(cleanups: Cleanups, file: string, port: number, env: object = {}) {
  const args = [MAIN, 'kv', 'serve', '--url', `file://${file}`, '--listen', `127.0.0.1:${port}`, '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (hasEnded(child)) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
  cleanups.add(() => end('SIGKILL'))
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return { said: JSON.parse(value as string) as Listening, child, end }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}
