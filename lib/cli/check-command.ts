/** How `deadbeat check` is written. */
import type { Command } from 'commander'
import { anyApp, anyFile } from './completion/completers.js'
import { completes } from './completion/completes.js'

const HELP = `
The settings are gathered and the train is built, as run would; nothing is opened, written or bound. A configuration file
is checked with the app of its name beside it, in the folder above, in apps there, or with the one that comes with
Deadbeat.

  deadbeat check apps/resolve.ts                       with the configuration that run would find
  deadbeat check apps/resolve.ts --config new.yaml     before it replaces the one in use
  deadbeat check /etc/deadbeat/resolve.yaml            for the app resolve
  deadbeat check apps/resolve.ts --json                {"app": …, "ok": …, "config": …, "faults": […], "lines": […]}

Exit codes: 0, all is right; 78, a setting is wrong: all faults are told, each with its file and line; 65, the app is
wrong; 66, there is no such app; 75, it was not loaded and built within daemon.readyTimeoutMs (30 s).
`

/** Add the command to the program. `end` is told the exit code. */
export function addCheck(program: Command, end: (code: number) => void): void {
  completes(program.command('check'), {
    target: async (typed) => [...(await anyApp(typed)), ...(await anyFile(typed))],
  })
    .summary('check a configuration and its train, and run nothing')
    .description('Check a configuration and the train that it makes, and run nothing.')
    .argument('<target>', "an app, by its file or its name, or an app's configuration file")
    .argument('[settings...]', 'flags of the app, as for run: --config FILE, --input.filenames a.log')
    .option('--json', 'tell it as a line of JSON on stdout')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (target: string, argv: string[], { json }: { readonly json?: true }) => {
      const { check } = await import('./check.js')
      end(await check(target, { json: json === true }, argv))
    })
}
