/** How `deadbeat unit` is written. */
import type { Command } from 'commander'
import { APP, SETTINGS } from './daemon-options.js'

const HELP = `
The unit runs the app in the foreground, with the settings that you give here: systemd knows when its train runs, hears
every 15 s that it is alive, reloads it with SIGHUP, and restarts it unless another try would end the same. It may write
to its state and runtime directory only, and to what you name with --write; it may read what its user may.

  deadbeat unit apps/resolve.ts --config /etc/deadbeat/resolve.yaml > /etc/systemd/system/deadbeat-resolve.service
  deadbeat unit resolve --write /var/log/resolved --group adm        it may read logs that only adm may
  deadbeat unit resolve --daemon.user resolve                        a user of its own, in place of a made-up one
  systemd-analyze verify /etc/systemd/system/deadbeat-resolve.service
  systemctl daemon-reload && systemctl enable --now deadbeat-resolve

With --logrotate it prints what belongs in /etc/logrotate.d, for the app's log and the files of --write:

  deadbeat unit resolve --logrotate --log.file /var/log/resolve.log > /etc/logrotate.d/deadbeat-resolve

Relative paths count from the directory that this is called in (or daemon.directory). For a port below 1024 let a unit
resolve.socket open it, and name that in the app's settings, where its cog has \`activated\`.
`

/** Add the command to the program. `end` is told the exit code. */
export function addUnit(program: Command, end: (code: number) => void): void {
  const collect = (value: string, before: readonly string[]): string[] => [...before, value]
  program
    .command('unit')
    .summary("print an app's unit for systemd")
    .description("Print an app's unit for systemd, hardened; or its snippet for logrotate.")
    .argument('<app>', APP)
    .argument('[settings...]', SETTINGS)
    .option('--write <path>', 'a directory or file that it may write to; may come again', collect, [])
    .option('--group <name>', 'a group whose files it may read; may come again', collect, [])
    .option('--logrotate', 'print the snippet for logrotate')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (name: string, argv: string[], flags: { write: string[]; group: string[]; logrotate?: true }) => {
      const { unit } = await import('./unit.js')
      end(await unit(name, argv, { writes: flags.write, groups: flags.group, logrotate: flags.logrotate === true }))
    })
}
