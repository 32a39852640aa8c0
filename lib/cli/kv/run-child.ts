/** Commands that are run on behalf of a command of kv, with the same terminal. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { codeOf, toError } from '../../errors/index.js'
import { KvCommandError } from './kv-command-error.js'

/** What a shell ends with if a program isn't there, or may not be run. */
const NOT_FOUND = 127
const NOT_RUNNABLE = 126

/** How a command is run. */
export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What it finds on its stdin; not given: our own. */
  readonly input?: Uint8Array
  /** Called as soon as it runs, with what sends it a signal. */
  readonly started?: (kill: (signal: NodeJS.Signals) => void) => void
}

/** How it ended. */
export interface ChildEnd {
  /** Its exit code; as a shell has it, 128 more than the signal that ended it. */
  readonly code: number
  /** The signal that ended it. */
  readonly by: NodeJS.Signals | null
}

/**
 * Run a command to its end.
 *
 * @throws {KvCommandError} If it can't be started, with the code that a shell would end with.
 */
export async function runChild(command: readonly string[], options: ChildOptions): Promise<ChildEnd> {
  const [program = '', ...args] = command
  const { env, input, started } = options
  const child = spawn(program, args, { env, stdio: [input === undefined ? 'inherit' : 'pipe', 'inherit', 'inherit'] })
  return await new Promise((resolve, reject) => {
    child.once('error', (error) => {
      const code = codeOf(error) === 'ENOENT' ? NOT_FOUND : NOT_RUNNABLE
      reject(new KvCommandError(`cannot run ${program}: ${toError(error).message}`, code, { cause: error }))
    })
    child.once('spawn', () => started?.((signal) => void child.kill(signal)))
    child.once('exit', (code, by) => resolve({ code: code ?? 128 + (by === null ? 0 : constants.signals[by]), by }))
    child.stdin?.on('error', () => undefined) // It doesn't want to read it all.
    child.stdin?.end(input)
  })
}

/** A command by its first word, for messages. */
export function startedWith(command: readonly string[]): string {
  return command.length > 1 ? `${command[0]} …` : (command[0] ?? '')
}
