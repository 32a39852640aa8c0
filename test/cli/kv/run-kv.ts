/** Runs the commands of kv in this process, over a store in memory that outlives each of them. */
import { MemoryEngine, type MemoryEngineOptions } from '../../../lib/kv/memory/memory-engine.js'
import { Backend } from '../../../lib/kv/backend/backend.js'
import type { Engine } from '../../../lib/kv/engine/engine.js'
import { keyOf } from '../../../lib/kv/path.js'
import { kvCommand } from '../../../lib/cli/kv/program.js'
import type { Surroundings } from '../../../lib/cli/kv/surroundings.js'
import type { OpenKvOptions } from '../../../lib/kv/open-kv.js'
import { ManualClock } from '../../../lib/testing/index.js'

/** How a command ended and what it printed. */
export interface Ran {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** Stdout as it was written. */
  readonly bytes: Buffer
}

/** What a command has around it. */
export interface Around {
  readonly stdin?: string | Uint8Array | Promise<string>
  readonly terminal?: Partial<Surroundings['isTerminal']>
  readonly env?: Readonly<Record<string, string>>
  /** Told every piece of stdout. */
  readonly heard?: (piece: string) => void
  /** Stands for Ctrl-C. */
  readonly interrupt?: AbortSignal
  /** Told who hears signals; null: nobody any more. */
  readonly signals?: (act: ((signal: NodeJS.Signals) => void) | null) => void
}

/** A program of commands over a store. */
type Command = (argv: readonly string[], around: Surroundings) => Promise<number>

/** Run a command in this process. */
export async function runWith(
  open: Surroundings['open'],
  around: Around,
  argv: readonly string[],
  command: Command = kvCommand,
): Promise<Ran> {
  const pieces: Buffer[] = []
  let stderr = ''
  const status = await command(argv, {
    env: { DEADBEAT_KV: 'memory:', ...around.env },
    isTerminal: { in: false, out: false, err: false, ...around.terminal },
    out: (piece) => {
      pieces.push(Buffer.from(piece))
      around.heard?.(Buffer.from(piece).toString())
    },
    err: (text) => (stderr += text),
    readAll: async () => Buffer.from((await around.stdin) ?? ''),
    readLine: async () => {
      const typed = await around.stdin
      return typed === undefined ? null : String(typed)
    },
    open,
    interrupted: () => around.interrupt ?? new AbortController().signal,
    onSignal: (act) => {
      around.signals?.(act)
      return () => around.signals?.(null)
    },
  })
  const bytes = Buffer.concat(pieces)
  return { status, stdout: bytes.toString(), stderr, bytes }
}

/** A store in memory, and the commands over it. */
export function startKv(options: Partial<MemoryEngineOptions> = {}, command: Command = kvCommand) {
  const clock = new ManualClock()
  const engine = new MemoryEngine({ clock, opsMax: 128, revisionsMax: 100_000, ...options })
  const opened: { url: string; options: OpenKvOptions }[] = []
  // A command closes the store when it is through; this one is for the next, too.
  const shared = Object.assign(Object.create(engine) as Engine, { close: () => Promise.resolve() })
  const open: Surroundings['open'] = (url, how) => {
    opened.push({ url, options: how })
    return new Backend(shared, { clock })
  }
  const runIn = (around: Around, ...argv: string[]): Promise<Ran> => runWith(open, around, argv, command)
  const run = (...argv: string[]): Promise<Ran> => runIn({}, ...argv)
  const backend = (): Backend => new Backend(shared, { clock })
  const fill = async (values: Readonly<Record<string, string>>): Promise<void> => {
    for (const [path, value] of Object.entries(values)) {
      await engine.commit([], [{ op: 'put', key: keyOf(path), value: Buffer.from(value), lease: 0n }])
    }
  }
  return { engine, clock, opened, run, runIn, fill, backend }
}
