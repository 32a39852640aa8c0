/** The commands and their help. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT } from '../app/exit-codes.js'
import { packageRoot } from '../files/package-root.js'
import type { StoreProgram } from './kv/store-program.js'
import { addCheck } from './check-command.js'
import { addCompletion } from './completion/completion-command.js'
import { addConfig } from './config-command.js'
import { addDoctor } from './doctor-command.js'
import { addKeys } from './keys-command.js'
import { addLogs } from './logs-command.js'
import { addMarkd } from './markd-command.js'
import { addNew } from './new-command.js'
import { addNode } from './node-command.js'
import { addRegistry } from './registry-command.js'
import { addReplay } from './replay-command.js'
import { addRestart } from './restart-command.js'
import { addRun } from './run-command.js'
import { addStart } from './start-command.js'
import { addStop } from './stop-command.js'
import { addTest } from './test-command.js'
import { TYPED_HELP } from './typed-default.js'
import { addUnit } from './unit-command.js'
import { addChanging } from './steer/change-commands.js'
import { addFinding } from './steer/find-commands.js'
import { addLooking } from './steer/look-commands.js'
import { addReading } from './steer/read-commands.js'
import { addStatus } from './steer/status.js'

const HELP = `
An app is a script that composes a train of cogs: a supply, some steps, a drain.

  deadbeat run apps/resolve.ts                        with config/resolve.json (or .yaml, .toml) beside it
  deadbeat run resolve --config /etc/resolve.yaml     one that comes with Deadbeat, with your settings
  deadbeat run resolve --input.filenames /var/log/a   a setting as a flag; also DEADBEAT_INPUT_FILENAMES=...
  deadbeat run resolve --help                         every setting of that app
  deadbeat check apps/resolve.ts                      whether it would run, and what the train would be
  deadbeat config apps/resolve.ts                     every setting that counts, and where it comes from
  deadbeat test apps/resolve.ts                       what it makes of its example files
  deadbeat new cog cut-text                           a cog of your own, with its test
  deadbeat start apps/resolve.ts                      as a daemon; then status, reload, top, tap, logs, stop
  deadbeat unit apps/resolve.ts                       the same for systemd
  deadbeat markd lamp main --config lamp.json         items of a store, to get, set and watch by mKTL
  deadbeat get lamp.level                             of a daemon of items, here or on another host (lamp:HOST.level)
  deadbeat discover                                   which of them there are
  deadbeat registry                                   tells clients where such daemons are
  deadbeat node --url etcd://db:2379                  run the jobs of a fleet on this machine
  deadbeat doctor                                     what this machine lacks, and what to do
  deadbeat replay dead.jsonl --into apps/resolve.ts   what failed once goes through an app again
  deadbeat kv list --all                              the keys and values that outlive processes
  deadbeat job list                                   what the nodes of a fleet run, and why not
  deadbeat code list                                  the code that is stored for them
  deadbeat error dump                                 what went wrong there
  deadbeat keys new heater                            keys by which daemons and clients know each other
  deadbeat completion bash                            what completes all this in a shell; also zsh, fish

Ctrl-C stops it in order, a second one at once. Exit codes are those of sysexits.h: 78 is a wrong configuration.
`

/** A command that is a program of its own: neither loads the other. */
interface OwnProgram {
  readonly summary: string
  readonly load: () => Promise<StoreProgram>
}

const PROGRAMS: Readonly<Record<string, OwnProgram>> = {
  kv: {
    summary: 'read, write and watch a tree of keys',
    load: async () => (await import('./kv/program.js')).KV_PROGRAM,
  },
  job: {
    summary: 'say what the nodes of a fleet are to run',
    load: async () => (await import('./job/program.js')).JOB_PROGRAM,
  },
  code: {
    summary: 'store the code that the nodes of a fleet run',
    load: async () => (await import('./code/program.js')).CODE_PROGRAM,
  },
  error: {
    summary: 'see what went wrong on the nodes of a fleet',
    load: async () => (await import('./error/program.js')).ERROR_PROGRAM,
  },
}

/**
 * Parse the arguments behind `deadbeat` and do what they say.
 *
 * @returns The exit code; null if what was started ends by itself.
 */
export async function command(argv: readonly string[]): Promise<number | null> {
  const own = ownProgram(argv[0])
  if (own !== null) {
    const { runStoreProgram } = await import('./kv/store-program.js')
    return await runStoreProgram(await own.load(), argv.slice(1))
  }
  if (argv[0] === '__complete') {
    const { answerShell } = await import('./completion/answer-shell.js')
    process.stdout.write(await answerShell(programOf(), argv.slice(1), behind))
    return EXIT.ok
  }
  let code: number | null = EXIT.ok
  const program = programOf((ended) => {
    code = ended
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  return code
}

/** All commands; `end` is told the exit code. */
export function programOf(end: (code: number | null) => void = () => undefined): Command {
  const program = new Command('deadbeat')
    .description('Run event-driven daemons: tail, parse, enrich, filter and ship data that exist only once.')
    .version(versionOf(), '--version')
    .addHelpText('after', HELP)
    .configureHelp(TYPED_HELP)
    .enablePositionalOptions()
    .exitOverride()
  addRun(program, end)
  addStart(program, end)
  addStop(program, end)
  addRestart(program, end)
  addLogs(program, end)
  addUnit(program, end)
  addReplay(program, end)
  addCheck(program, end)
  addConfig(program, end)
  addTest(program, end)
  addDoctor(program, end)
  addMarkd(program, end)
  addNode(program, end)
  addRegistry(program, end)
  addNew(program, end)
  addKeys(program, end)
  for (const [name, { summary }] of Object.entries(PROGRAMS))
    program.command(name).summary(summary).description(`To ${summary}: deadbeat ${name} --help says how.`)
  addStatus(program, end)
  addReading(program, end)
  addChanging(program, end)
  addFinding(program, end)
  addLooking(program, end)
  addCompletion(program)
  return program
}

function ownProgram(name: string | undefined): OwnProgram | null {
  return name !== undefined && Object.hasOwn(PROGRAMS, name) ? (PROGRAMS[name] ?? null) : null
}

/** The commands of one that is a program of its own. */
async function behind(name: string): Promise<Command | null> {
  const own = ownProgram(name)
  if (own === null) return null
  const { storeProgram } = await import('./kv/store-program.js')
  const { ofProcess } = await import('./kv/surroundings.js')
  return storeProgram(await own.load(), ofProcess(), () => undefined)
}

function versionOf(): string {
  const text = readFileSync(new URL('package.json', packageRoot()), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
