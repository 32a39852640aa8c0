/** How `deadbeat doctor` is written. */
import type { Command } from 'commander'

const HELP = `
It looks at Node, the native part, limits of inotify and of open files, the directories of the app, its database if kv.url
names one, the clock and the file systems, and says what to do. Nothing is changed.

  deadbeat doctor
  sudo -u resolve deadbeat doctor resolve --port 8514    as the user that the daemon will have

Exit codes: 0, an app can run (warnings included); 78, a directory must be changed; 69, something else is missing.
`

/** What commander makes of the flags. */
interface Flags {
  readonly port?: readonly string[]
  readonly stateDir?: string
  readonly runtimeDir?: string
  readonly config?: string
  readonly json?: true
}

/** Add the command to the program. `end` is told the exit code. */
export function addDoctor(program: Command, end: (code: number) => void): void {
  program
    .command('doctor')
    .summary('say what this machine lacks, and what to do')
    .description('Examine whether this machine has what an app needs.')
    .argument('[app]', 'the name of the app whose directories are looked at', 'deadbeat')
    .option('--port <ports...>', 'TCP ports that are to be free')
    .option('--state-dir <dir>', "the app's state directory")
    .option('--runtime-dir <dir>', "the app's runtime directory")
    .option(
      '--config <file>',
      "the app's configuration file, whose database is looked at; by default that in /etc/deadbeat",
    )
    .option('--json', 'report as a line of JSON')
    .addHelpText('after', HELP)
    .action(async (name: string, { port = [], stateDir, runtimeDir, config, json }: Flags) => {
      const { doctor } = await import('./doctor.js')
      const places = { stateDir: stateDir ?? null, runtimeDir: runtimeDir ?? null, config: config ?? null }
      end(await doctor({ name, ...places, ports: port.map(Number), json: json === true }))
    })
}
