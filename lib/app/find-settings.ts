/** The settings of an app: where they are looked for, and what they are. Nothing is opened but what is read. */
import { gatherWithOrigins, type Gathered } from '../conf/gather.js'
import { takeFlag } from '../conf/take-flag.js'
import type { App, appBaseConfig } from './app.js'
import { findConfig } from './find-config.js'

/** What decides about an app's settings. */
export interface SettingSources {
  /** The app's flags: `--config FILE`, `--state-dir DIR`, `--runtime-dir DIR`, and its settings. */
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
  const { value: runtimeDir, rest } = takeFlag(withRuntime, '--runtime-dir')
  const file = named ?? findConfig(app.name, app.file)
  const warnings: string[] = []
  const onWarning = (warning: string): void => void warnings.push(warning)
  const schema = app.schema as typeof appBaseConfig
  return {
    ...gatherWithOrigins(schema, { argv: rest, env, file, exitOnError: false, onWarning }),
    file,
    stateDir,
    runtimeDir,
    warnings,
  }
}
