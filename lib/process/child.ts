/** A child process of one's own: started in a group, so that all that it starts ends with it. */
import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { DeadbeatError, codeOf, toError } from '../errors/index.js'
import { LineCutter } from '../files/line-cutter.js'
import type { NetLog, NetLoop } from '../net/loop.js'

/** How a command is run. */
export interface CommandOptions {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[]
  /** Where it runs; null: where we do. */
  readonly cwd: string | null
  /** How long it may take to end once it was asked to. */
  readonly killMs: number
}

/** Configuration insert: which command, and where. */
export const commandConfig = {
  command: { doc: 'The program and its arguments, as a list; no shell reads them.', format: 'strings' },
  cwd: { doc: 'Where it runs; not set: where the app does.', format: 'path', default: null },
  killMs: {
    doc: 'How long it may take to end once it was asked to (SIGTERM); then it is killed.',
    format: 'duration',
    default: 5000,
    live: true,
  },
} as const

/** What was longer is told in pieces. */
const LOG_LINE_MAX = 4096

/**
 * Start a command, and wait until it runs.
 *
 * @throws {DeadbeatError} With the system's code, if it can't be started.
 */
export async function startChild({ command, cwd }: CommandOptions): Promise<ChildProcess> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { ...(cwd === null ? {} : { cwd }), detached: true })
  try {
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  } catch (thrown) {
    const error = toError(thrown)
    throw new DeadbeatError(codeOf(error) || 'EIO', `cannot run ${program}: ${error.message}`, { cause: error })
  }
  child.on('error', () => undefined) // A signal that can't be sent: then it has ended.
  return child
}

/** Tell the lines of what a child says, as its pid. */
export function tellLines(stream: Readable | null, log: NetLog, pid: number | undefined): void {
  const cutter = new LineCutter(LOG_LINE_MAX)
  const tell = (text: string): void => {
    for (const line of text.split('\n')) log.info({ pid }, line)
  }
  stream?.on('data', (chunk: Buffer) => {
    for (const { bytes, from, to } of cutter.push(chunk)) tell(bytes.toString('utf8', from, to))
  })
  stream?.on('end', () => {
    const rest = cutter.end()
    if (rest !== null) tell(rest.bytes.toString('utf8', rest.from, rest.to))
  })
}

/** End a child and all that it started: first asked, then killed. Resolves when all has ended that has its output. */
export async function stopChild(loop: NetLoop, child: ChildProcess, killMs: number): Promise<void> {
  const isOver = [child.stdout, child.stderr].every((stream) => stream?.closed !== false)
  if (hasEnded(child) && isOver) return
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  signal(child, 'SIGTERM')
  child.once('exit', () => signal(child, 'SIGTERM')) // What it was just starting has not heard it.
  const timer = loop.after(killMs, () => signal(child, 'SIGKILL'))
  await ended
  loop.cancel(timer)
}

/** How a child ended, in words. */
export function describeEnd(code: number | null, by: NodeJS.Signals | null): string {
  return by === null ? `with code ${code}` : `by ${by}`
}

/** Whether a child has ended. */
export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error // Else it has just ended.
  }
}
