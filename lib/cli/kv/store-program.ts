/** Programs whose commands work on a store: `deadbeat kv` and those of a fleet. Each is loaded by itself. */
import { Command, CommanderError } from 'commander'
import { EXIT } from '../../app/exit-codes.js'
import { duration, kvOption } from '../daemon-options.js'
import { TYPED_HELP } from '../typed-default.js'
import type { KvProgram } from './add-kv-command.js'
import { EXIT_HELP } from './exits.js'
import { ofProcess, type Surroundings } from './surroundings.js'

/** A program. */
export interface StoreProgram {
  /** What stands behind `deadbeat`. */
  readonly name: string
  readonly description: string
  readonly help: string
  /** Adds one command each. */
  readonly commands: readonly ((program: KvProgram) => void)[]
  /** Options of its own, for all commands. */
  readonly extend?: (command: Command) => Command
  /** What makes of its arguments those that commander can read. */
  readonly prepare?: (argv: readonly string[]) => readonly string[]
  /** What the help of each command says of exit codes. */
  readonly exitHelp?: string
}

/** How a program tells which store is meant. */
export const WHICH_STORE = `
Which store: --url, else $DEADBEAT_KV, else the file \`kv\` in your state directory.

  file:///var/lib/app/kv                       a file: several processes at once, no server
  etcd://host:2379,other:2379                  --ca, --cert, --key for TLS; --user, and the password in --password-file
                                               or $DEADBEAT_KV_PASSWORD; also $DEADBEAT_KV_USER, _CA, _CERT, _KEY
--prefix (or $DEADBEAT_KV_PREFIX) stands before every path. Results are on stdout, everything else on stderr.
`

/** A program with all its commands; `end` is told the exit code. */
export function storeProgram(program: StoreProgram, around: Surroundings, end: (code: number) => void): Command {
  const { name, description, help, commands, extend, exitHelp = EXIT_HELP } = program
  const bare = new Command(`deadbeat ${name}`).description(description)
  const command = (extend?.(bare) ?? bare)
    .option('--url <url>', 'which store')
    .addOption(kvOption())
    .option('--prefix <path>', 'what stands before every path')
    .option('--ca <file>', 'certificates that may have signed that of the server, in PEM')
    .option('--cert <file>', 'the certificate to show, in PEM')
    .option('--key <file>', 'its private key, in PEM')
    .option('--server-name <name>', "the name in the server's certificate, if it isn't the host's")
    .option('--user <name>', 'log in as this user')
    .option('--password-file <file>', 'the password is in this file')
    .option('--timeout <time>', 'give up after so long; 30s, and never for what waits by itself', duration)
    .option('--json', 'results as JSON')
    .option('-q, --quiet', 'print no more than what was asked for')
    .configureHelp({ ...TYPED_HELP, showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => around.out(text), writeErr: (text) => around.err(text) })
    .addHelpText('after', help)
    .exitOverride()
  for (const add of commands) add({ command, name, exitHelp, around, end })
  return command
}

/**
 * Parse the arguments behind a program's name and do what they say.
 *
 * @returns The exit code.
 */
export async function runStoreProgram(
  program: StoreProgram,
  argv: readonly string[],
  around: Surroundings = ofProcess(),
): Promise<number> {
  let code: number = EXIT.ok
  const command = storeProgram(program, around, (ended) => {
    code = ended
  })
  try {
    await command.parseAsync(program.prepare?.(argv) ?? argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  return code
}
