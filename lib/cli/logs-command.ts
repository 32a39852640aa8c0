/** How `deadbeat logs` is written. */
import type { Command } from 'commander'
import { anyRunning } from './completion/completers.js'
import { completes } from './completion/completes.js'
import { APP, count, SETTINGS } from './daemon-options.js'

const HELP = `
  deadbeat logs apps/resolve.ts                the last 20 lines, as text
  deadbeat logs resolve -n 100 --follow        the last 100, and what comes, across rotations, until Ctrl-C
  deadbeat logs resolve -n 1000 --json | jq 'select(.level == "error")'

It shows the file that log.file says, else NAME.log in the state directory. What a unit of systemd writes to its stderr
is in the journal: journalctl -u deadbeat-resolve.

Exit codes: 0; 66, there is no log file.
`

/** Add the command to the program. `end` is told the exit code. */
export function addLogs(program: Command, end: (code: number) => void): void {
  completes(program.command('logs'), { app: anyRunning })
    .summary("show a daemon's log")
    .description("Show the last lines of a daemon's log, or follow it.")
    .argument('<app>', APP)
    .argument('[settings...]', SETTINGS)
    .option('-n, --lines <count>', 'how many lines', count, 20)
    .option('-f, --follow', 'show what comes, too')
    .option('--json', 'show the lines as they are')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (name: string, argv: string[], flags: { lines: number; follow?: true; json?: true }) => {
      const { logs } = await import('./logs.js')
      const how = { lines: flags.lines, follow: flags.follow === true, json: flags.json === true }
      end(await logs(name, argv, how))
    })
}
