/** What `deadbeat markd` takes as settings: how it serves, where its values are kept, and which database it uses. */
import { kvBaseConfig } from '../app/checkpoints/base-config.js'
import { gather, strangersIn, type Stranger } from '../conf/index.js'
import { persistBaseConfig, servingConfig } from '../items/index.js'
import type { Settings } from '../settings/index.js'

/** Its announcement, and where it listens, have flags of their own. */
const { announce, registries, callPort, registryPort, override, listen, advertise, port, pubPort, ...own } =
  servingConfig

const SCHEMA = { items: own, persist: persistBaseConfig, kv: kvBaseConfig }

/**
 * The settings of a daemon, from the environment and its flags.
 *
 * @throws {ConfigError} With all that is wrong with them.
 */
export function markdSettings(argv: readonly string[]): Settings<typeof SCHEMA> {
  return gather(SCHEMA, { argv, env: process.env, file: null })
}

/**
 * What is no flag of a daemon at all.
 *
 * @param flags those that the command has itself.
 */
export function strangersOfMarkd(argv: readonly string[], flags: readonly string[]): Stranger[] {
  return strangersIn(argv, SCHEMA, flags)
}
