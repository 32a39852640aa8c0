/** How `deadbeat start` is written. */
import type { Command } from 'commander'
import { APP, SETTINGS } from './daemon-options.js'

const HELP = `
The daemon has a session of its own, no descriptor of yours, and a lock on its pid file. The command waits until its
train runs: then it ends with 0. Until then the daemon's messages come to your terminal, and its exit code is the
command's.

  deadbeat start apps/resolve.ts                          with config/resolve.json (or .yaml, .toml) beside it
  deadbeat start resolve --config /etc/resolve.yaml       one that comes with Deadbeat, with your settings
  deadbeat start resolve --daemon.user nobody             as another user, without a way back (needs root)
  deadbeat start resolve --daemon.directory / --daemon.umask 027
  deadbeat logs resolve --follow                          what it does
  deadbeat stop resolve                                   its end, in order

Its log goes where log.file says, else to NAME.log in its state directory; its pid file lies where daemon.pidFile says,
else in its runtime directory (/run/deadbeat/NAME for root). A second instance of an app needs directories of its own:
--state-dir, --runtime-dir. Under systemd use \`deadbeat unit\`, and not this.

Exit codes: 0, it runs; 73, it runs already (and who holds its pid file), or a file can't be made; 75, it didn't run
within daemon.readyTimeoutMs and was killed; 77, only the superuser may; 78, a wrong configuration; else those of run.
`

/** Add the command to the program. `end` is told the exit code; null if the app is a script that goes on by itself. */
export function addStart(program: Command, end: (code: number | null) => void): void {
  program
    .command('start')
    .summary('start an app as a daemon')
    .description('Start an app as a daemon, and wait until it runs.')
    .argument('<app>', APP)
    .argument('[settings...]', SETTINGS)
    .option('--json', 'tell in a line of JSON: app, pid, log')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (name: string, argv: string[], { json }: { json?: true }) => {
      const { start } = await import('./start.js')
      end(await start(name, argv, { json: json === true }))
    })
}
