/** How `deadbeat test` is written. */
import type { Command } from 'commander'

const HELP = `
Beside apps/knocks.ts lies apps/knocks.examples with a pair of files for each example:

  first.in             the lines that the app's supply would read; first.jsonl: its data, a line of JSON each
  first.out            what its first drain is to be given, line by line
  first.dead.out       what its drain of dead letters is; first.LineDrain#2.out another drain
  first.NAME.in        where there are several supplies
  config.json          the settings for all of them (.yaml, .toml); else those of run

The supplies and drains themselves don't run; all other cogs do what they do under run, on a clock that begins at
2026-01-01T00:00:00Z and jumps to what is due next. An expected file that isn't there expects nothing.

  deadbeat test apps/knocks.ts
  deadbeat test apps/knocks.ts --only first --update    write what came, and look at it before you keep it

Exit codes: 0, all came as expected; 65, something else came; 66, there are no examples; else those of run.
`

/** What commander makes of the flags. */
interface Flags {
  readonly examples?: string
  readonly only?: string
  readonly update?: true
  readonly json?: true
  readonly patience: string
  readonly timeout: string
}

/** Add the command to the program. `end` is told the exit code. */
export function addTest(program: Command, end: (code: number) => void): void {
  program
    .command('test')
    .summary('try an app with its example files')
    .description('Let an app make of example inputs what it is expected to make of them.')
    .argument('<app>', 'the app, by its file or its name')
    .argument('[settings...]', 'flags of the app, as for run: --config FILE, or any setting')
    .option('--examples <folder>', 'where the examples are')
    .option('--only <name>', 'only this one')
    .option('--update', 'write what came as what is expected')
    .option('--patience <ms>', 'real time before the clock jumps; more, if the app asks a server', '50')
    .option('--timeout <ms>', 'real time that one may take', '30000')
    .option('--json', 'report as a line of JSON')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (name: string, argv: string[], flags: Flags) => {
      const { test } = await import('./test.js')
      const { examples = null, only = null, update = false, json = false, patience, timeout } = flags
      end(await test(name, { examples, only, update, json, patience, timeout }, argv))
    })
}
