/** `deadbeat unit`: what lets systemd run an app, and logrotate rotate its files. */
import { dirname, resolve } from 'node:path'
import { EXIT } from '../app/exit-codes.js'
import { takeFlag } from '../conf/take-flag.js'
import { logrotateSnippet } from '../daemon/logrotate-snippet.js'
import { systemdUnit } from '../daemon/systemd-unit.js'
import { ConfigError } from '../errors/index.js'
import { locate } from './locate.js'
import { lookAt, type LookedAt } from './look-at.js'
import { orTell } from './tell.js'

/** What is asked of the unit. */
export interface UnitCommandOptions {
  /** Directories and files that it may write to. */
  readonly writes: readonly string[]
  /** Groups whose files it may read. */
  readonly groups: readonly string[]
  /** Whether the snippet for logrotate is wanted in its place. */
  readonly logrotate: boolean
}

const UMASK = 0o027

/** Print the unit of the app of that name, or its snippet for logrotate. Answers the exit code. */
export function unit(name: string, argv: readonly string[], options: UnitCommandOptions): Promise<number> {
  const [, main = ''] = process.argv
  return orTell(name, async () => {
    const looked = await lookAt(name, argv)
    process.stdout.write(options.logrotate ? snippetOf(looked, options) : unitOf(looked, main, name, argv, options))
    return EXIT.ok
  })
}

function unitOf(
  { app, prepared }: LookedAt,
  main: string,
  name: string,
  argv: readonly string[],
  { writes, groups }: UnitCommandOptions,
): string {
  const { daemon, train } = prepared.settings
  if (daemon.chroot !== null) {
    throw new ConfigError(['daemon.chroot must not be set for a unit: what it sees and may write to says the unit'])
  }
  const { value: config, rest } = takeFlag(argv, '--config')
  const file = config ?? prepared.host.configFile
  const flags = [
    ...(file === null ? [] : ['--config', resolve(file)]),
    ...rest,
    ...['--daemon.detach', 'false', '--daemon.pid-file', `%t/deadbeat/${app.name}/${app.name}.pid`],
  ]
  return systemdUnit({
    name: app.name,
    doc: app.doc,
    command: [process.execPath, resolve(main), 'run', locate(name).file ?? name, ...flags],
    directory: resolve(daemon.directory ?? '.'),
    user: daemon.user,
    group: daemon.group,
    groups,
    writes: [...new Set([...writes.map((path) => resolve(path)), ...logFolder(prepared, app.name)])],
    umask: daemon.umask ?? UMASK,
    startTimeoutMs: daemon.readyTimeoutMs,
    stopTimeoutMs: train.finishTimeoutMs,
  })
}

/** Where the log's file is, but for the place that it has as long as nobody names one: under systemd that is the journal. */
function logFolder({ settings, state }: LookedAt['prepared'], name: string): string[] {
  const { file } = settings.log
  return file === null || file === resolve(state, `${name}.log`) ? [] : [dirname(file)]
}

function snippetOf({ prepared, pidFile }: LookedAt, { writes }: UnitCommandOptions): string {
  const { log, daemon } = prepared.settings
  const files = [...(log.file === null ? [] : [log.file]), ...writes.map((path) => resolve(path))]
  return logrotateSnippet({ files, pidFile, user: daemon.user, group: daemon.group })
}
