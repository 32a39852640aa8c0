/** The settings of an app: where they are looked for, and what they are. Nothing is opened but what is read. */
import { isAbsolute } from 'node:path'
import { gatherWithOrigins, type Gathered } from '../conf/gather.js'
import { describeSchema } from '../conf/schema.js'
import { takeFlag } from '../conf/take-flag.js'
import { ConfigError, describeValue } from '../errors/index.js'
import { readAt } from '../settings/index.js'
import type { App, appBaseConfig } from './app.js'
import { findConfig } from './find-config.js'

/** What decides about an app's settings. */
export interface SettingSources {
  /** The app's flags: `--config FILE`, `--state-dir DIR`, `--runtime-dir DIR`, `--relative-paths refuse`, its settings. */
  readonly argv: readonly string[]
  /** The process's if there is none given. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The settings of an app, and what they came from. */
export interface FoundSettings extends Gathered<typeof appBaseConfig> {
  /** The configuration file; null if there is none. */
  readonly file: string | null
  /** What `--state-dir` says; null if it wasn't given. */
  readonly stateDir: string | null
  /** What `--runtime-dir` says; null if it wasn't given. */
  readonly runtimeDir: string | null
  /** What is unwise, though it works. */
  readonly warnings: readonly string[]
}

/**
 * Find the settings of an app: in the file that `--config` names or that lies where its configuration is looked for, in
 * the environment and in its flags.
 *
 * @throws {ConfigError} If a setting is wrong, with every fault.
 */
export function findSettings(app: App, { argv, env = process.env }: SettingSources): FoundSettings {
  const { value: named, rest: withState } = takeFlag(argv, '--config')
  const { value: stateDir, rest: withRuntime } = takeFlag(withState, '--state-dir')
  const { value: runtimeDir, rest: withPaths } = takeFlag(withRuntime, '--runtime-dir')
  const { value: relative, rest } = takeFlag(withPaths, '--relative-paths')
  if (relative !== null && relative !== 'refuse' && relative !== 'allow')
    throw new ConfigError([`--relative-paths must be refuse or allow: it is ${relative}`])
  const file = named ?? findConfig(app.name, app.file)
  const warnings: string[] = []
  const onWarning = (warning: string): void => void warnings.push(warning)
  const schema = app.schema as typeof appBaseConfig
  const gathered = gatherWithOrigins(schema, { argv: rest, env, file, exitOnError: false, onWarning })
  if (relative === 'refuse') refuseRelative(schema, gathered)
  return {
    ...gathered,
    file,
    stateDir,
    runtimeDir,
    warnings,
  }
}

/** For an app that runs where whoever wrote its settings doesn't know, as a job does. */
function refuseRelative(schema: typeof appBaseConfig, { settings, origins }: Gathered<typeof appBaseConfig>): void {
  const faults = describeSchema(schema).flatMap(({ path, format }) => {
    if (format !== 'path' && format !== 'paths') return []
    const given = [readAt(settings, path.split('.')) ?? []].flat() as string[]
    const { origin } = origins.get(path) ?? { origin: 'default' }
    return given
      .filter((one) => !isAbsolute(one.replace(/^!/, '')))
      .map(
        (one) =>
          `${path} must be a whole path, as it runs in ${process.cwd()}: it is ${describeValue(one)} (${origin})`,
      )
  })
  if (faults.length > 0) throw new ConfigError(faults)
}
