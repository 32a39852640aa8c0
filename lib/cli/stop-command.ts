/** How `deadbeat stop` is written. */
import type { Command } from 'commander'
import { anyRunning } from './completion/completers.js'
import { completes } from './completion/completes.js'
import { APP, duration, SETTINGS } from './daemon-options.js'
import type { Places } from './look-at.js'
import { withDefault } from './typed-default.js'

const HELP = `
Who holds the app's pid file gets SIGTERM: supplies stop, what is under way goes through, drains write, a check-point
is made. The command waits until the lock on the pid file is free.

  deadbeat stop apps/resolve.ts                        the daemon of \`deadbeat start apps/resolve.ts\`
  deadbeat stop resolve                                from any folder, whatever its configuration is by now
  deadbeat stop resolve --config /etc/resolve.yaml     where the configuration says daemon.pidFile
  deadbeat stop resolve --timeout 5m                   its train may take longer (train.finishTimeoutMs)
  deadbeat stop resolve --timeout 10s --kill           kill it if it hasn't ended by then
  deadbeat stop --pid-file /run/x.pid                  any daemon that holds it; no app is loaded

Killed, it goes on at its last check-point when it is started again: from file to file nothing is lost or repeated.

Exit codes: 0, it has stopped; 69, it was not running; 75, it has not stopped, or its app was not
loaded, within the time.
`

/** What commander makes of the flags. */
interface Flags {
  readonly pidFile?: string
  readonly timeout: number
  readonly kill?: true
  readonly json?: true
}

/** Add the command to the program. `end` is told the exit code. */
export function addStop(program: Command, end: (code: number) => void): void {
  const command = completes(program.command('stop'), { app: anyRunning })
  command
    .summary('stop a daemon, in order')
    .description('Stop a daemon, in order, and wait until it has ended.')
    .argument('[app]', APP)
    .argument('[settings...]', SETTINGS)
    .option('--pid-file <file>', 'the pid file of a daemon, in place of its app')
    .addOption(withDefault('--timeout <duration>', 'how long to wait', duration, '40s'))
    .option('--kill', 'then kill it')
    .option('--json', 'tell in a line of JSON: app, pid, killed')
    .addHelpText('after', HELP)
    .allowUnknownOption()
    .action(async (name: string | undefined, argv: string[], flags: Flags) => {
      const { pidFile, timeout: timeoutMs } = flags
      if (name === undefined && pidFile === undefined) command.error("error: missing required argument 'app'")
      const { orTell } = await import('./tell.js')
      const { stopDaemon } = await import('./stop.js')
      const how = { timeoutMs, kill: flags.kill === true, json: flags.json === true }
      const act = async (): Promise<number> => {
        if (pidFile !== undefined) return await stopDaemon({ name: name ?? pidFile, pidFile, ...how })
        const { placesOf } = await import('./look-at.js')
        const { runningPlacesOf } = await import('./running-places.js')
        const { holderOf } = await import('../daemon/index.js')
        const isThere = (usual: Places): boolean => holderOf(usual.pidFile) !== null
        const places = runningPlacesOf(String(name), argv) ?? (await placesOf(String(name), argv, isThere))
        return await stopDaemon({ name: places.name, pidFile: places.pidFile, ...how })
      }
      end(await orTell(name ?? 'stop', act))
    })
}
