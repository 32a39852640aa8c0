/** Scripts that need a process of their own: for signals, exits and what keeps a process alive. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** How a child ended and what it printed. */
export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  lines: string[]
  errors: string
}

const dist = new URL('../../dist/', import.meta.url)
const source = new URL('../../', import.meta.url)

/** Flags for a module that needs what no door leads to: it is under `source` (`await import(source + 'lib/a.ts')`). */
export const FROM_SOURCE = ['--import', new URL('from-source.mjs', import.meta.url).href]

/**
 * Start a module that finds the built doors under `dist` (`await import(dist + 'lib/log/index.js')`); it ends within
 * 20 s. `flags` are those of Node.
 */
export function startScript(
  body: string,
  flags: readonly string[] = [],
): {
  child: ChildProcessByStdio<null, Readable, Readable>
  ended: Promise<Ended>
} {
  const script = `const [dist, source] = ${JSON.stringify([dist.href, source.href])}\n${body}`
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  return { child, ended: gather(child) }
}

/** Run such a module to its end. */
export function runScript(body: string, flags: readonly string[] = []): Promise<Ended> {
  return startScript(body, flags).ended
}

async function gather(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  let out = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, lines: out.split('\n').filter((line) => line !== ''), errors }
}
