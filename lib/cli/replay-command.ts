/** How `deadbeat replay` is written. */
import type { Command } from 'commander'

const HELP = `
FILE is what an app writes with formatDeadLetter, one letter a line. The input of each letter, as it once came, is put
into the app as a line, just as the app's own supply would have put it; the supplies themselves don't run. Cogs and
drains do what they do under run, with the same configuration: so correct that first, or the code.

  deadbeat replay dead.jsonl --into apps/knocks.ts --dry-run    what would be done
  mv dead.jsonl again.jsonl                                     never what the app is about to write to; then
  kill -HUP PID                                                 a running app opens a new dead.jsonl
  deadbeat replay again.jsonl --into apps/knocks.ts --remove
  deadbeat replay again.jsonl --into apps/knocks.ts --only ParseTime --output.path late.jsonl

What fails again becomes a dead letter of the app, as always. FILE is never written to. It stays, unless --remove is
given and nothing in it is needed any more: all of it is written (and synced, where the drain syncs), swallowed on
purpose, or a dead letter again. After a stop or a kill replay FILE anew: what had gone through comes twice.

An event goes through as a whole: of one that was split, the parts that had not failed come again. Letters without
original (of messages, of data that were merged) can't be put at the beginning: they are counted, and stay in FILE.
Where the app has several supplies, a letter takes the place of the one that it came from, if it says so. Of what
only the supply knew there is the name of the file, where the letter or its datum has it; ids are new. The app's
check-point is neither used nor changed.

How it went is told in a line on stderr, with --json in one line of JSON, the last on stdout. Exit codes: 0, all of it
went in; 65, a letter had no original, a datum was dropped, or a line of FILE is no letter; 75, it was stopped: try
again; 64, a wrong use; else those of run.
`

/** What commander makes of the flags. */
interface Flags {
  readonly into: string
  readonly only?: string
  readonly supply?: string
  readonly dryRun?: true
  readonly remove?: true
  readonly json?: true
}

/** Add the command to the program. `end` is told the exit code. */
export function addReplay(program: Command, end: (code: number) => void): void {
  program
    .command('replay')
    .summary('let dead letters go through an app again')
    .description('Let dead letters go through an app again, once and as a batch.')
    .argument('<file>', 'the dead letters')
    .argument('[settings...]', 'flags of the app, as for run: --config FILE, --state-dir DIR, --output.path late.jsonl')
    .requiredOption('--into <app>', 'the app, by its file or its name')
    .option('--only <cog>', 'only letters of this cog')
    .option(
      '--supply <name>',
      'whose place they take; else each that of the supply it came from, where there are several',
    )
    .option('--dry-run', 'look at everything, and run nothing')
    .option('--remove', 'remove FILE once nothing in it is needed any more')
    .option('--json', 'report as a line of JSON')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (file: string, argv: string[], { into, only, supply, dryRun, remove, json }: Flags) => {
      const { replay } = await import('./replay.js')
      const which = { only: only ?? null, supply: supply ?? null }
      const how = { dryRun: dryRun === true, remove: remove === true, json: json === true }
      end(await replay(file, into, { ...which, ...how }, argv))
    })
}
