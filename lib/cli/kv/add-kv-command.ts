/** What the commands of kv share: how they are written, how they begin and end, and how they fail. */
import type { Command } from 'commander'
import { exitCodeOf } from '../../app/exit-codes.js'
import { escapeControls } from '../../errors/escape-controls.js'
import { toError } from '../../errors/index.js'
import { KV_EXIT } from './exits.js'
import { KvCommandError } from './kv-command-error.js'
import { Session, type CommonFlags } from './session.js'
import type { Surroundings } from './surroundings.js'

/** The program that commands are added to. */
export interface KvProgram {
  readonly command: Command
  /** What stands behind `deadbeat`. */
  readonly name: string
  /** What the help of each command says of exit codes. */
  readonly exitHelp: string
  readonly around: Surroundings
  /** Is told the exit code. */
  readonly end: (code: number) => void
}

type Limit = 'usual' | 'asked' | 'own'

/** One command. */
export interface KvCommand<Flags> {
  readonly name: string
  readonly summary: string
  readonly help: string
  /** Its arguments and options. */
  readonly extend: (command: Command) => Command
  /**
   * What the time limit is: 30 s; none unless one is given, for what goes on until it is stopped or waits for people; or
   * the command's own business. Not given: 30 s. It may hang on its words.
   */
  readonly limit?: Limit | ((words: readonly string[]) => Limit)
  /** Whether it makes the store of a file that isn't there. Looking for something in it should not. */
  readonly makesStore?: boolean
  /** Do it. Answers the exit code. `words` are its arguments as they were written. */
  readonly act: (session: Session, words: readonly string[], flags: Flags) => Promise<number>
}

const TIMEOUT_MS = 30_000

/** Add a command to the program. */
export function addKvCommand<Flags extends object>(program: KvProgram, kv: KvCommand<Flags>): void {
  const { command, around, end, exitHelp } = program
  const { name, summary, help, extend, act } = kv
  const added = command
    .command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
  extend(added)
    .addHelpText('after', help + exitHelp)
    .action(async () => {
      const flags = added.optsWithGlobals<Flags & CommonFlags>()
      end(
        await orTell(around, `${program.name} ${name}`, () =>
          inTime(around, flags, added.args, kv, (session) => act(session, added.args, flags)),
        ),
      )
    })
}

async function inTime(
  around: Surroundings,
  flags: CommonFlags,
  words: readonly string[],
  { limit: given = 'usual', makesStore = false }: Pick<KvCommand<object>, 'limit' | 'makesStore'>,
  act: (session: Session) => Promise<number>,
): Promise<number> {
  const session = new Session(around, flags, makesStore)
  const limit = typeof given === 'function' ? given(words) : given
  const timeoutMs = limit === 'own' ? null : (flags.timeout ?? (limit === 'asked' ? null : TIMEOUT_MS))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    if (timeoutMs === null) return
    const why = `not done within ${timeoutMs} ms (--timeout). What was to be written may be written by now: look with get`
    timer = setTimeout(() => reject(new KvCommandError(why, KV_EXIT.tryAgain)), timeoutMs)
  })
  try {
    return await Promise.race([act(session), late])
  } finally {
    clearTimeout(timer)
    await session.close()
  }
}

async function orTell(around: Surroundings, name: string, act: () => Promise<number>): Promise<number> {
  try {
    return await act()
  } catch (error) {
    around.err(`${name}: ${escapeControls(toError(error).message)}\n`)
    return exitCodeOf(error)
  }
}
