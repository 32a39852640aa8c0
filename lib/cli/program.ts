/** The commands and their help. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT } from '../app/exit-codes.js'
import { packageRoot } from '../files/package-root.js'
import { addCheck } from './check-command.js'
import { addConfig } from './config-command.js'
import { addDoctor } from './doctor-command.js'
import { addKeys } from './keys-command.js'
import { addLogs } from './logs-command.js'
import { addMarkd } from './markd-command.js'
import { addNew } from './new-command.js'
import { addRegistry } from './registry-command.js'
import { addReplay } from './replay-command.js'
import { addRestart } from './restart-command.js'
import { addRun } from './run-command.js'
import { addStart } from './start-command.js'
import { addStop } from './stop-command.js'
import { addTest } from './test-command.js'
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
  deadbeat doctor                                     what this machine lacks, and what to do
  deadbeat replay dead.jsonl --into apps/resolve.ts   what failed once goes through an app again
  deadbeat kv list --all                              the keys and values that outlive processes
  deadbeat keys new heater                            keys by which daemons and clients know each other

Ctrl-C stops it in order, a second one at once. Exit codes are those of sysexits.h: 78 is a wrong configuration.
`

const KV = 'Read, write and watch a tree of keys: deadbeat kv --help says how.'

/**
 * Parse the arguments behind `deadbeat` and do what they say.
 *
 * @returns The exit code; null if what was started ends by itself.
 */
export async function command(argv: readonly string[]): Promise<number | null> {
  if (argv[0] === 'kv') {
    // A program of its own: neither loads the other.
    const { kvCommand } = await import('./kv/program.js')
    return await kvCommand(argv.slice(1))
  }
  let code: number | null = EXIT.ok
  const program = new Command('deadbeat')
    .description('Run event-driven daemons: tail, parse, enrich, filter and ship data that exist only once.')
    .version(versionOf(), '--version')
    .addHelpText('after', HELP)
    .enablePositionalOptions()
    .exitOverride()
  const end = (ended: number | null): void => {
    code = ended
  }
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
  addRegistry(program, end)
  addNew(program, end)
  addKeys(program, end)
  program.command('kv').summary('read, write and watch a tree of keys').description(KV)
  addStatus(program, end)
  addReading(program, end)
  addChanging(program, end)
  addFinding(program, end)
  addLooking(program, end)
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  }
  return code
}

function versionOf(): string {
  const text = readFileSync(new URL('package.json', packageRoot()), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
