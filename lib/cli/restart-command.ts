/** How `deadbeat restart` is written. */
import type { Command } from 'commander'
import { anyRunning } from './completion/completers.js'
import { completes } from './completion/completes.js'
import { APP, duration, SETTINGS } from './daemon-options.js'
import { withDefault } from './typed-default.js'

const HELP = `
The app and its configuration are checked first, as check does: if they are wrong, the old daemon goes on. What it had
not finished is done by the new one, from its last check-point. For a changed configuration a reload is enough, and nobody
has to wait (SIGHUP).

  deadbeat restart apps/resolve.ts                     after the app was changed
  deadbeat restart resolve --timeout 10s --kill        kill the old one if it hasn't ended by then

Exit codes: those of start, and of check; 75, too, if the old one has not stopped within the time.
`

/** Add the command to the program. `end` is told the exit code. */
export function addRestart(program: Command, end: (code: number | null) => void): void {
  completes(program.command('restart'), { app: anyRunning })
    .summary('stop a daemon and start it again')
    .description('Stop a daemon, if it runs, and start it again.')
    .argument('<app>', APP)
    .argument('[settings...]', SETTINGS)
    .addOption(withDefault('--timeout <duration>', 'how long the old one may take to stop', duration, '40s'))
    .option('--kill', 'then kill it')
    .option('--json', 'tell in lines of JSON')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (name: string, argv: string[], flags: { timeout: number; kill?: true; json?: true }) => {
      const { restart } = await import('./restart.js')
      const how = { timeoutMs: flags.timeout, kill: flags.kill === true, json: flags.json === true }
      end(await restart(name, argv, how))
    })
}
